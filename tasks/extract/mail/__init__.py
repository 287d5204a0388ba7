"""Reads e-mail and Usenet messages, one by one or a whole mailbox."""
