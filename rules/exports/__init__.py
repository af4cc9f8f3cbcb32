"""Files that people take away: one file here for each format, with MEDIA_TYPE and `lines`."""
