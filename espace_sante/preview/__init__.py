"""One document drawn as pictures by a process that can do nothing else; knows bytes, never whose they are.

Run as `python -I -m espace_sante.preview`: one document in, its pages out, then the process ends. Who runs it imports only
`wire`: the readers of PDF and of images are never loaded in a process that holds anything. Decision 0018.
"""
