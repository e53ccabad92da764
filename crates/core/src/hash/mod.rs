//! Hash functions and the message authentication codes made of them.
