//! Poly1305: the examples of RFC 8439, and its corner cases.

use hex_literal::hex;
use ironlatch::Error;
use ironlatch::symmetric::poly1305::Poly1305;

fn tag(key: &[u8], message: &[u8]) -> [u8; 16] {
    let mut mac = Poly1305::new(key).unwrap();
    mac.update(message);
    mac.finalize()
}

/// RFC 8439 §2.5.2; Appendix A.3, vectors 7 to 11: sums at the edges of the prime.
#[test]
fn published_examples() {
    let key = hex!("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");
    let message = b"Cryptographic Forum Research Group";
    assert_eq!(tag(&key, message), hex!("a8061dc1305136c6c22b8baf0c0127a9"));

    let edges: [(u8, &[u8], [u8; 16]); 3] = [
        (
            1,
            &hex!("fffffffffffffffffffffffffffffffff0ffffffffffffffffffffffffffffff11000000000000000000000000000000"),
            hex!("05000000000000000000000000000000"),
        ),
        (
            1,
            &hex!("fffffffffffffffffffffffffffffffffbfefefefefefefefefefefefefefefe01010101010101010101010101010101"),
            hex!("00000000000000000000000000000000"),
        ),
        (2, &hex!("fdffffffffffffffffffffffffffffff"), hex!("faffffffffffffffffffffffffffffff")),
    ];
    for (r, message, expected) in edges {
        let mut key = [0; 32];
        key[0] = r;
        assert_eq!(tag(&key, message), expected);
    }
}

/// The sum that the standard defines, in plain arithmetic on 130 bits.
fn reference(key: &[u8; 32], message: &[u8]) -> [u8; 16] {
    const MASK: u128 = (1 << 26) - 1;
    let word = |bytes: &[u8]| {
        let mut padded = [0; 16];
        padded[..bytes.len()].copy_from_slice(bytes);
        u128::from_le_bytes(padded)
    };
    let limbs =
        |value: u128, high: u128| {
            core::array::from_fn::<u128, 5, _>(|i| {
                if i == 4 { value >> 104 | high << 24 } else { value >> (26 * i) & MASK }
            })
        };
    let r = limbs(word(&key[..16]) & 0x0ffffffc0ffffffc0ffffffc0fffffff, 0);
    let mut sum = [0u128; 5];
    for block in message.chunks(16) {
        let (value, high) =
            if block.len() == 16 { (word(block), 1) } else { (word(block) | 1 << (8 * block.len()), 0) };
        limbs(value, high).iter().zip(&mut sum).for_each(|(limb, sum)| *sum += limb);
        let mut product = [0u128; 5];
        for (i, a) in sum.iter().enumerate() {
            for (j, b) in r.iter().enumerate() {
                product[(i + j) % 5] += a * b * if i + j >= 5 { 5 } else { 1 };
            }
        }
        let mut carry = 0;
        for _ in 0..3 {
            for limb in &mut product {
                *limb += carry;
                carry = *limb >> 26;
                *limb &= MASK;
            }
            carry *= 5;
        }
        product[0] += carry;
        sum = product;
    }
    // Reduced in full: add 5, and take the result if it passes 2^130.
    let mut carry = 0;
    for _ in 0..2 {
        for limb in &mut sum {
            *limb += carry;
            carry = *limb >> 26;
            *limb &= MASK;
        }
        carry *= 5;
    }
    let mut less = sum;
    let mut carry = 5;
    for limb in &mut less {
        *limb += carry;
        carry = *limb >> 26;
        *limb &= MASK;
    }
    let sum = if carry > 0 { less } else { sum };
    let value = (0..5).fold(0u128, |value, i| value.wrapping_add(sum[i] << (26 * i)));
    value.wrapping_add(word(&key[16..])).to_le_bytes()
}

#[test]
fn agrees_with_plain_arithmetic_in_pieces_of_any_length() {
    let mut key = [0u8; 32];
    let mut message = vec![0u8; 5000];
    for round in 0..40u32 {
        key.iter_mut()
            .enumerate()
            .for_each(|(i, byte)| *byte = (round * 37 + i as u32 * 101) as u8 | (0xf0 * (round as u8 & 1)));
        message.iter_mut().enumerate().for_each(|(i, byte)| {
            *byte = if round % 3 == 0 { 0xff } else { ((i as u32 * (round + 3)) >> 2) as u8 };
        });
        for len in [0, 1, 15, 16, 17, 63, 64, 65, 255, 256, 257, 1023, 2048, 4999] {
            let message = &message[..len];
            let expected = reference(&key, message);
            assert_eq!(tag(&key, message), expected, "round {round}, {len} bytes");
            for step in [1, 5, 16, 31, 64, 100, 1000] {
                let mut mac = Poly1305::new(&key).unwrap();
                message.chunks(step).for_each(|piece| mac.update(piece));
                mac.verify(&expected).unwrap();
            }
        }
    }
}

#[test]
fn refuses_what_it_cannot_take() {
    for len in [0, 16, 31, 33] {
        assert!(matches!(Poly1305::new(&vec![0; len]), Err(Error::KeySize { .. })));
    }
    for wrong in [&[][..], &[0; 15], &[1; 16], &[0; 17]] {
        assert!(matches!(Poly1305::new(&[0; 32]).unwrap().verify(wrong), Err(Error::BadMac(_))));
    }
}
