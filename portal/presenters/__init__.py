"""What pages show, made from records: frozen values and finished words, so that templates decide nothing."""
