//! The trees of SLH-DSA: hash trees, and the one-time and few-time signatures in their leaves (FIPS
//! 205 §5 to §8).

use ironlatch_engine::ct;
use ironlatch_engine::lanes::Block;
use zeroize::Zeroizing;

use super::hashing::{Address, Hashing, MAX_N, Purpose};

/// A hash, in the first n bytes.
pub(super) type Node = [u8; MAX_N];

/// How many leaves are made together: enough to fill the vectors, few enough for the cache.
const LEAVES_AT_ONCE: u32 = 8;
/// How many blocks of a tree are hashed together.
const NODES_AT_ONCE: usize = 256;
/// The last place in a WOTS+ chain: w - 1.
const LAST: usize = 15;

/// Signs with a hypertree (FIPS 205 §7): `message` by a leaf of the lowest layer, each tree's root
/// by a leaf of the tree above it.
pub(super) fn hypertree_sign(
    hashing: &Hashing,
    secret: &[u8],
    message: &Node,
    mut tree: u64,
    mut leaf: u32,
    out: &mut Vec<u8>,
) {
    let shape = hashing.shape;
    let mut message = *message;
    for layer in 0..shape.d {
        let address = Address::new(layer, tree, Purpose::WotsHash, leaf);
        wots_sign(hashing, secret, &address, &message[..shape.n], out);
        message = layer_tree(hashing, secret, layer, tree, leaf, out);
        // A root is a public key, which the next layer signs.
        ct::declassify_bytes(&message);
        (tree, leaf) = above(tree, shape.tree_height());
    }
}

/// The root that a signature by [`hypertree_sign`] leads to.
pub(super) fn hypertree_root(
    hashing: &Hashing,
    signature: &[u8],
    message: &Node,
    mut tree: u64,
    mut leaf: u32,
) -> Node {
    let shape = hashing.shape;
    let (wots_len, height) = (shape.chains() * shape.n, shape.tree_height());
    let mut node = *message;
    for (layer, signature) in signature.chunks_exact(wots_len + height * shape.n).enumerate() {
        let address = Address::new(layer, tree, Purpose::WotsHash, leaf);
        let (wots, path) = signature.split_at(wots_len);
        node = wots_key(hashing, &address, wots, &node[..shape.n]);
        node = climb(hashing, Address::new(layer, tree, Purpose::Tree, 0), node, leaf, 0, path);
        (tree, leaf) = above(tree, height);
    }
    node
}

/// The root of the highest layer's only tree.
pub(super) fn root(hashing: &Hashing, secret: &[u8]) -> Node {
    layer_tree(hashing, secret, hashing.shape.d - 1, 0, 0, &mut Vec::new())
}

/// Signs with FORS (FIPS 205 §8): of each tree, the leaf that `digest` chooses. Gives the public
/// key.
pub(super) fn fors_sign(
    hashing: &Hashing,
    secret: &[u8],
    digest: &[u8],
    tree: u64,
    key_pair: u32,
    out: &mut Vec<u8>,
) -> Node {
    let shape = hashing.shape;
    let address = Address::new(0, tree, Purpose::ForsTree, key_pair);
    let leaves = 1_u32 << shape.a;
    let mut roots = Vec::with_capacity(shape.k * shape.n);
    for (number, chosen) in (0_u32..).zip(fors_indices(hashing, digest)) {
        let first = number * leaves;
        let mut nodes = Vec::with_capacity(leaves as usize * shape.n);
        for start in (0..leaves).step_by(NODES_AT_ONCE) {
            let end = leaves.min(start + NODES_AT_ONCE as u32);
            let blocks = (start..end).map(|leaf| {
                let address = Address { index: first + leaf, ..address.with(Purpose::ForsPrf) };
                hashing.block(&address, secret)
            });
            let mut blocks: Zeroizing<Vec<Block>> = Zeroizing::new(blocks.collect());
            hashing.each(&mut blocks);
            if (start..end).contains(&chosen) {
                out.extend_from_slice(hashing.node(&blocks[(chosen - start) as usize]));
            }
            blocks.iter_mut().for_each(|block| hashing.set_purpose(block, Purpose::ForsTree));
            hashing.each(&mut blocks);
            blocks.iter().for_each(|block| nodes.extend_from_slice(hashing.node(block)));
        }
        let root = grow(hashing, address, nodes, chosen, first, out);
        roots.extend_from_slice(&root[..shape.n]);
    }
    hashing.many(&address.with(Purpose::ForsRoots), &roots)
}

/// The public key that a signature by [`fors_sign`] leads to.
pub(super) fn fors_key(hashing: &Hashing, signature: &[u8], digest: &[u8], tree: u64, key_pair: u32) -> Node {
    let shape = hashing.shape;
    let address = Address::new(0, tree, Purpose::ForsTree, key_pair);
    let mut roots = Vec::with_capacity(shape.k * shape.n);
    let parts = signature.chunks_exact((1 + shape.a) * shape.n);
    for ((number, chosen), part) in (0_u32..).zip(fors_indices(hashing, digest)).zip(parts) {
        let first = number << shape.a;
        let (secret, path) = part.split_at(shape.n);
        let mut leaf = [hashing.block(&Address { index: first + chosen, ..address }, secret)];
        hashing.each(&mut leaf);
        let root = climb(hashing, address, node(hashing.node(&leaf[0])), chosen, first, path);
        roots.extend_from_slice(&root[..shape.n]);
    }
    hashing.many(&address.with(Purpose::ForsRoots), &roots)
}

/// The tree and the leaf that sign a tree's root (FIPS 205 §7.1).
fn above(tree: u64, height: usize) -> (u64, u32) {
    (tree >> height, (tree & ((1 << height) - 1)) as u32)
}

/// Makes a tree of a layer, appends the path from `leaf`, and gives the root.
fn layer_tree(hashing: &Hashing, secret: &[u8], layer: usize, tree: u64, leaf: u32, out: &mut Vec<u8>) -> Node {
    let shape = hashing.shape;
    let leaves = 1_u32 << shape.tree_height();
    let mut nodes = Vec::with_capacity(leaves as usize * shape.n);
    for start in (0..leaves).step_by(LEAVES_AT_ONCE as usize) {
        let pairs = start..leaves.min(start + LEAVES_AT_ONCE);
        let address = |key_pair| Address::new(layer, tree, Purpose::WotsPrf, key_pair);
        let mut blocks = chain_starts(hashing, secret, pairs.clone().map(address));
        for place in 0..LAST {
            blocks.iter_mut().for_each(|block| hashing.set_place(block, place));
            hashing.each(&mut blocks);
        }
        for (key_pair, chains) in pairs.zip(blocks.chunks_exact(shape.chains())) {
            let ends: Vec<u8> = chains.iter().flat_map(|block| hashing.node(block)).copied().collect();
            let key = hashing.many(&address(key_pair).with(Purpose::WotsKey), &ends);
            nodes.extend_from_slice(&key[..shape.n]);
        }
    }
    grow(hashing, Address::new(layer, tree, Purpose::Tree, 0), nodes, leaf, 0, out)
}

/// Hashes nodes to the root above them, and appends the path from the node `leaf` to it: a sibling
/// of each height. `first` is the index of the first node.
fn grow(
    hashing: &Hashing,
    address: Address,
    mut nodes: Vec<u8>,
    mut leaf: u32,
    mut first: u32,
    out: &mut Vec<u8>,
) -> Node {
    let n = hashing.shape.n;
    let mut height = 0;
    while nodes.len() > n {
        out.extend_from_slice(&nodes[(leaf ^ 1) as usize * n..][..n]);
        (height, leaf, first) = (height + 1, leaf >> 1, first >> 1);
        let mut parents = Vec::with_capacity(nodes.len() / 2);
        let mut index = first;
        for pairs in nodes.chunks(NODES_AT_ONCE * 2 * n) {
            let blocks = pairs.chunks_exact(2 * n).zip(index..);
            let blocks = blocks.map(|(pair, index)| {
                hashing.pair_block(&Address { chain_or_height: height, index, ..address }, &pair[..n], &pair[n..])
            });
            let mut blocks: Vec<Block> = blocks.collect();
            hashing.each_pair(&mut blocks);
            blocks.iter().for_each(|block| parents.extend_from_slice(hashing.node(block)));
            index += NODES_AT_ONCE as u32;
        }
        nodes = parents;
    }
    node(&nodes)
}

/// The root above a node, by the path from it.
fn climb(hashing: &Hashing, address: Address, start: Node, mut leaf: u32, mut first: u32, path: &[u8]) -> Node {
    let n = hashing.shape.n;
    let mut current = start;
    for (height, sibling) in (1..).zip(path.chunks_exact(n)) {
        let is_right = leaf & 1 == 1;
        (leaf, first) = (leaf >> 1, first >> 1);
        let address = Address { chain_or_height: height, index: first + leaf, ..address };
        let (left, right) = if is_right { (sibling, &current[..n]) } else { (&current[..n], sibling) };
        let mut block = [hashing.pair_block(&address, left, right)];
        hashing.each_pair(&mut block);
        current = node(hashing.node(&block[0]));
    }
    current
}

/// The blocks of the first step of every chain of the key pairs that have these addresses, with the
/// secret values.
fn chain_starts(
    hashing: &Hashing,
    secret: &[u8],
    addresses: impl ExactSizeIterator<Item = Address>,
) -> Zeroizing<Vec<Block>> {
    let chains = 0..hashing.shape.chains() as u32;
    // Room for all, so that none is left behind where fewer were.
    let mut starts = Zeroizing::new(Vec::with_capacity(addresses.len() * chains.len()));
    let blocks = addresses.flat_map(|address| {
        chains.clone().map(move |chain| {
            let address = Address { chain_or_height: chain, ..address.with(Purpose::WotsPrf) };
            hashing.block(&address, secret)
        })
    });
    starts.extend(blocks);
    hashing.each(&mut starts);
    starts.iter_mut().for_each(|block| hashing.set_purpose(block, Purpose::WotsHash));
    starts
}

/// Signs with WOTS+ (FIPS 205 §5.2): each chain as far as its digit says.
fn wots_sign(hashing: &Hashing, secret: &[u8], address: &Address, message: &[u8], out: &mut Vec<u8>) {
    let digits = wots_digits(message);
    let mut blocks = chain_starts(hashing, secret, [*address].into_iter());
    for place in 0..LAST {
        advance(hashing, &mut blocks, &digits, |digit| (place < digit).then_some(place));
    }
    blocks.iter().for_each(|block| out.extend_from_slice(hashing.node(block)));
}

/// The public key that a WOTS+ signature leads to (FIPS 205 §5.3): each chain goes on to its end.
fn wots_key(hashing: &Hashing, address: &Address, signature: &[u8], message: &[u8]) -> Node {
    let digits = wots_digits(message);
    let starts = signature.chunks_exact(hashing.shape.n).zip(0..);
    let starts = starts.map(|(start, chain)| hashing.block(&Address { chain_or_height: chain, ..*address }, start));
    let mut blocks: Vec<Block> = starts.collect();
    for step in 0..LAST {
        advance(hashing, &mut blocks, &digits, |digit| (digit + step < LAST).then_some(digit + step));
    }
    let ends: Vec<u8> = blocks.iter().flat_map(|block| hashing.node(block)).copied().collect();
    hashing.many(&address.with(Purpose::WotsKey), &ends)
}

/// Takes the chains one step on whose digits have a place for it. The digits are of a public value.
fn advance(hashing: &Hashing, blocks: &mut [Block], digits: &[usize], place: impl Fn(usize) -> Option<usize>) {
    let chosen = |at: &usize| place(digits[*at]).is_some();
    let at: Vec<usize> = (0..blocks.len()).filter(chosen).collect();
    let mut moving: Zeroizing<Vec<Block>> = Zeroizing::new(at.iter().map(|at| blocks[*at]).collect());
    for (block, at) in moving.iter_mut().zip(&at) {
        hashing.set_place(block, place(digits[*at]).unwrap_or(0));
    }
    hashing.each(&mut moving);
    for (block, at) in moving.iter().zip(&at) {
        blocks[*at] = *block;
    }
}

/// The digits of a message to base 16, and of its checksum (FIPS 205 §5.2, lines 1 to 7).
fn wots_digits(message: &[u8]) -> Vec<usize> {
    let mut digits = base_2b(message, 4).map(|digit| digit as usize).collect::<Vec<_>>();
    let checksum: usize = digits.iter().map(|digit| LAST - digit).sum();
    digits.extend([checksum >> 8, checksum >> 4 & 15, checksum & 15]);
    digits
}

/// Which leaf of each tree signs a digest (FIPS 205 §8.3, line 2).
fn fors_indices(hashing: &Hashing, digest: &[u8]) -> impl Iterator<Item = u32> {
    base_2b(digest, hashing.shape.a).take(hashing.shape.k)
}

/// The digits of a string to base 2^`bits`, the highest first (FIPS 205 §4.4).
fn base_2b(string: &[u8], bits: usize) -> impl Iterator<Item = u32> {
    let (mut bytes, mut buffer, mut held) = (string.iter(), 0_u32, 0);
    core::iter::from_fn(move || {
        while held < bits {
            buffer = buffer << 8 | u32::from(*bytes.next()?);
            held += 8;
        }
        held -= bits;
        Some(buffer >> held & ((1 << bits) - 1))
    })
}

fn node(bytes: &[u8]) -> Node {
    let mut node = [0; MAX_N];
    node[..bytes.len()].copy_from_slice(bytes);
    node
}
