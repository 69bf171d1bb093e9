"""Kinds of servers, a module each with its `DIALECT`, found by being here; nothing else."""
