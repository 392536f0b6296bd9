"""k-means by scikit-learn on points in a file (rows of 64-bit floats). Prints seconds, inertia and peak memory as JSON.
usage: sklearn_kmeans.py FILE DIMENSIONS CLUSTERS STARTS SEED"""
import json, resource, sys, time
import numpy as np
from sklearn.cluster import KMeans

path, *numbers = sys.argv[1:]
dimensions, clusters, starts, seed = map(int, numbers)
points = np.fromfile(path).reshape(-1, dimensions)
began = time.perf_counter()
model = KMeans(clusters, n_init=starts, random_state=seed).fit(points)
seconds = time.perf_counter() - began
print(json.dumps(dict(seconds=seconds, inertia=model.inertia_, peakRssMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)))
