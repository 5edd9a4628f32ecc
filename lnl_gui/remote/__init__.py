"""Objects at URLs: in S3, Google Cloud Storage and Azure, on web and SFTP servers, by fsspec.

`address` says what a URL is that may be read and kept, `stores` opens the store that it lies in,
`requests` repeats what failed for the moment, `reading` reads one object through the cache
(`kept`) and `listing` lists many, which `known` remembers. Credentials are those that each
provider's own library finds (environment, ~/.aws, application default credentials, SSH agent);
nothing here takes, keeps or logs any.
"""
