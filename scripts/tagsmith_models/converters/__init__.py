"""One file a converter: `convert(members, manifest) -> bytes`, pure and byte-for-byte repeatable."""
