"""What single commands do with the parts that `app` joins."""
