"""Bytes: files, directories of shards, compressed streams and objects on servers."""
