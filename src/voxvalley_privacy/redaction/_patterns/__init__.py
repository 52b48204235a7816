"""Every regex that runs on data, one file a subject, so that one test can time them all."""
