"""The only room that imports boto3: sessions, reads that never raise, writes that leave once."""
