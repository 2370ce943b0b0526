-- Press-safe used to be human for every track that it did not flag, and a pipeline certifies what is human there. Since
-- then a track that recall flags is inconclusive at press-safe: ''. No counter and no verdict depends on it.
UPDATE tracks SET press_safe = '' WHERE recall = 'suspicious' AND press_safe = 'human';
