"""What others reach on a split (train.csv, validation.csv, test.csv: customer,item,quantity): implicit's ALS, cosine and BM25, and EASE^R, each tuned on
validation by NDCG@5, trained again on train and validation, tested. Only items new to the customer count. Prints HR5 and NDCG5 of each as JSON.
usage: quality.py FOLDER"""
import csv, itertools, json, sys
import numpy as np, scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender

parts = {name: list(csv.DictReader(open(f'{sys.argv[1]}/{name}.csv'))) for name in ('train', 'validation', 'test')}
known = parts['train'] + parts['validation']
users = {user: at for at, user in enumerate(sorted({row['customer'] for row in known}))}
items = {item: at for at, item in enumerate(sorted({row['item'] for row in known}))}


def matrix(rows):
    return sp.csr_matrix(([np.log1p(float(r['quantity'])) for r in rows], ([users[r['customer']] for r in rows], [items[r['item']] for r in rows])), (len(users), len(items)), np.float32)


def bought(rows):
    sets = {}
    for row in rows:
        if row['customer'] in users:
            sets.setdefault(users[row['customer']], set()).add(items.get(row['item'], -1))
    return sets


def figures(recommend, history, next_bought):
    customers = np.array(sorted(next_bought))
    gains = 1 / np.log2(np.arange(2, 7))
    hit, ndcg = [], []
    for user, five in zip(customers, recommend(customers, history)):
        hits = np.array([item in next_bought[user] for item in five[:5]])
        hit.append(hits.any())
        ndcg.append((hits * gains).sum() / gains[: min(5, len(next_bought[user]))].sum())
    return dict(HR5=float(np.mean(hit)), NDCG5=float(np.mean(ndcg)), users=len(customers))


def by_implicit(model, history):
    model.fit(history, show_progress=False)
    return lambda customers, past: model.recommend(customers, past[customers], N=5, filter_already_liked_items=True)[0]


def by_ease(history, ridge):
    held = (history > 0).astype(np.float64)
    gram = (held.T @ held).toarray()
    gram[np.diag_indices_from(gram)] += ridge
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)

    def recommend(customers, past):
        own = (past[customers] > 0).astype(np.float64)
        scores = own @ weights
        scores[own.nonzero()] = -np.inf
        return np.argsort(-scores, axis=1)[:, :5]

    return recommend


KINDS = {
    'als': (lambda x, p: by_implicit(AlternatingLeastSquares(factors=p[0], regularization=p[1], alpha=p[2], iterations=15, random_state=1), x), list(itertools.product((32, 64), (1, 10), (1, 10)))),
    'cosine': (lambda x, k: by_implicit(CosineRecommender(K=k), x), [20, 50, 100]),
    'bm25': (lambda x, k: by_implicit(BM25Recommender(K=k, K1=1.2, B=0.5), x), [20, 50, 100, 200]),
    'ease': (by_ease, [200, 500, 1000]),
}
train, everything = matrix(parts['train']), matrix(known)
validation, test = bought(parts['validation']), bought(parts['test'])
found = {}
for kind, (fit, grid) in KINDS.items():
    best = max(grid, key=lambda setting: figures(fit(train, setting), train, validation)['NDCG5'])
    found[kind] = figures(fit(everything, best), everything, test)
print(json.dumps(found))
