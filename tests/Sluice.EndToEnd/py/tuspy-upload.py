"""Uploads a file with tuspy as its documentation shows it, with its default of no retries. Whoever runs it again goes on
where it stopped: the upload's URL is kept in a file beside it.

python3 tuspy-upload.py <endpoint> <file> <target>
"""
import os
import sys

from tusclient import client
from tusclient.storage import filestorage

endpoint, path, target = sys.argv[1:]
uploader = client.TusClient(endpoint).uploader(
    path,
    metadata={"filename": os.path.basename(path), "target": target},
    store_url=True,
    url_storage=filestorage.FileStorage(path + ".urls"),
)
uploader.upload()
print(uploader.url)
