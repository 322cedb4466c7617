"""The whole product on an account that answers over sockets."""
