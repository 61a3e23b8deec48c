"""The protocol of harness.grok."""

import sys


def serve(run):
    if len(sys.argv) > 1:
        print(run(int(sys.argv[1])))
        return
    print("ready", flush=True)
    while size := sys.stdin.readline():
        print(run(int(size)), flush=True)
