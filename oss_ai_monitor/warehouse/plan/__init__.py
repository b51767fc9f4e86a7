"""What a build is to make, whatever engine makes it: the files under sql/ and their order, grains, fingerprints."""
