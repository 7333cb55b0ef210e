"""One engine a module: each turns the bytes of one kind of file into a parsed document."""
