//! HTTP message signatures.

mod policy;
mod targets;
mod vectors;

use ironlatch::recipes::Error;
use ironlatch::recipes::error::Refusal;
use ironlatch::recipes::signing::request::structured_fields::{Dictionary, Item, Member, Parameters};
use ironlatch::recipes::signing::request::{Message, Request, RequestVerifier, SignedFields, signature_base};

const REQUEST_DIGEST: &str =
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";

fn list(text: &str) -> (Vec<Item>, Parameters) {
    match Dictionary::parse(format!("sig={text}").as_bytes()).unwrap().0.remove(0).1 {
        Member::InnerList(list) => (list.items, list.parameters),
        Member::Item(_) => panic!("no list"),
    }
}

/// The value that a component of this message has, as the line of the signature base.
#[track_caller]
fn line(message: Message<'_>, component: &str) -> Result<String, Error> {
    let base = signature_base(message, &list(&format!("({component})")).0, &Parameters::default())?;
    Ok(base.rsplit_once('\n').unwrap().0.to_owned())
}

#[track_caller]
fn refusal<T: core::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused { reason, message }) => {
            assert!(message.len() > 10);
            reason
        }
        other => panic!("not refused: {other:?}"),
    }
}

const NOW: u64 = 1_800_000_000;

fn verifier() -> RequestVerifier {
    RequestVerifier::new(&["api.example.com"]).unwrap()
}

const URL: &str = "https://api.example.com/pay?amount=7";

fn plain() -> Request<'static> {
    Request::new("POST", URL).unwrap().header("Content-Type", b"text/plain").unwrap().with_body(b"to Ada")
}

fn with<'a>(request: &Request<'a>, signed: &'a SignedFields) -> Request<'a> {
    signed
        .to_list()
        .into_iter()
        .fold(request.clone(), |request, (name, value)| request.header(name, value.as_bytes()).unwrap())
}
