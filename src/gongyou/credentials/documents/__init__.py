"""Signed certificates: keys and the signed register of issuers, the machine's form, the paper's form, the checks."""
