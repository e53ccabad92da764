// Makes the samples in this folder, in a folder where `npm install age-encryption@0.3.1` was done: `node make.mjs`.
import * as age from "age-encryption";
import { writeFileSync } from "node:fs";

const identities = [await age.generateHybridIdentity(), await age.generateHybridIdentity()];
const recipients = await Promise.all(identities.map(age.identityToRecipient));
const encrypter = new age.Encrypter();
recipients.forEach((recipient) => encrypter.addRecipient(recipient));
writeFileSync("identities", identities.join("\n") + "\n");
writeFileSync("recipients", recipients.join("\n") + "\n");
writeFileSync("sealed.age", age.armor.encode(await encrypter.encrypt("attack at dawn")));
