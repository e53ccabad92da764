//! The attribute for functions that take, make or use a secret.
#![forbid(unsafe_code)]

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Overwrites the stack that the function has used, and clears registers, when it returns or
/// panics.
///
/// `#[wipes_stack]` is for short work, `#[wipes_stack(deep)]` for what needs more of the stack:
/// private keys, passwords, formats. A function that is called by another one that wipes leaves it
/// to that one. What it does is `ironlatch_engine::stack`.
#[proc_macro_attribute]
pub fn wipes_stack(how: TokenStream, function: TokenStream) -> TokenStream {
    let wiper = match how.to_string().as_str() {
        "" => "with_wiped_stack",
        "deep" => "with_wiped_deep_stack",
        other => return refuse(&format!("wipes_stack takes nothing or `deep`, not `{other}`")),
    };
    let mut tokens: Vec<TokenTree> = function.into_iter().collect();
    let body = match tokens.pop() {
        Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
        _ => return refuse("wipes_stack is for functions with a body"),
    };
    let mut call: TokenStream = format!("::ironlatch_core::secret::{wiper}").parse().expect("this is a path");
    let closure: TokenStream = "||".parse().expect("these are the arguments of a closure");
    let arguments = closure.into_iter().chain([TokenTree::Group(body.clone())]).collect();
    call.extend([TokenTree::Group(Group::new(Delimiter::Parenthesis, arguments))]);
    let mut whole = Group::new(Delimiter::Brace, call);
    // Messages about what the function returns point to where it ends.
    whole.set_span(body.span());
    tokens.push(TokenTree::Group(whole));
    tokens.into_iter().collect()
}

fn refuse(why: &str) -> TokenStream {
    format!("::core::compile_error!({why:?});").parse().expect("this is a call of a macro")
}
