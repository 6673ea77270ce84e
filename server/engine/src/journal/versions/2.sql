-- A journal as version 2 wrote it.
CREATE TABLE runs (
    run TEXT PRIMARY KEY,
    pipeline TEXT NOT NULL,
    file TEXT,
    status TEXT NOT NULL,
    started_at REAL NOT NULL,
    duration REAL,
    owner TEXT NOT NULL,
    heartbeat REAL NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX runs_by_start ON runs (started_at DESC);
CREATE TABLE steps (
    run TEXT NOT NULL,
    step TEXT NOT NULL,
    status TEXT NOT NULL,
    duration REAL,
    record TEXT NOT NULL,
    PRIMARY KEY (run, step)
) WITHOUT ROWID;
CREATE INDEX runs_by_file ON runs (file, started_at DESC);
INSERT INTO runs VALUES ('old_1795636567_e1964311', 'old', '/w/p.pipeline.yaml', 'completed', 1795636567.925307, 0.13473820686340332, 'boot/pid:[1]/7/99', 1000.0, '{"schema_version": 1, "run": "old_1795636567_e1964311", "execution_id": "old_1795636567_e1964311", "pipeline_id": "old", "status": "completed", "success": true, "steps": {"a": {"id": "a", "action": null, "status": "completed", "success": true, "value": null, "error": null, "error_type": null, "tool": "terminal", "model": null, "provider": null, "started_at": 1795636568.0236237, "completed_at": 1795636568.0589437, "duration": 0.03532037, "retries": 0, "timed_out": false, "dependencies": [], "cached": false, "condition_error": false}}, "outputs": {}, "products": [], "execution_order": ["a"], "execution_levels": [["a"]], "started_at": 1795636567.925307, "completed_at": 1795636568.0600452, "duration": 0.13473820686340332, "error": null, "error_type": null, "warnings": [], "usage": {"input_tokens": null, "output_tokens": null, "cost": null}}');
INSERT INTO runs VALUES ('old_1_dead', 'old', '/w/p.pipeline.yaml', 'running', 1795636567.925307, NULL, 'boot/pid:[1]/7/99', 1000.0, '{"schema_version": 1, "run": "old_1_dead", "execution_id": "old_1_dead", "pipeline_id": "old", "status": "running", "success": true, "steps": {"a": {"id": "a", "action": null, "status": "completed", "success": true, "value": null, "error": null, "error_type": null, "tool": "terminal", "model": null, "provider": null, "started_at": 1795636568.0236237, "completed_at": 1795636568.0589437, "duration": 0.03532037, "retries": 0, "timed_out": false, "dependencies": [], "cached": false, "condition_error": false}}, "outputs": {}, "products": [], "execution_order": ["a"], "execution_levels": [["a"]], "started_at": 1795636567.925307, "completed_at": 1795636568.0600452, "duration": 0.13473820686340332, "error": null, "error_type": null, "warnings": [], "usage": {"input_tokens": null, "output_tokens": null, "cost": null}}');
INSERT INTO steps VALUES ('old_1795636567_e1964311', 'a', 'completed', 0.03532037, '{"id": "a", "action": null, "status": "completed", "success": true, "value": {"result": {"command": "echo a", "return_code": 0, "stdout": "a\n", "stderr": "", "working_dir": ".", "execution_time": 0.03465324}, "success": true, "error": null}, "error": null, "error_type": null, "tool": "terminal", "model": null, "provider": null, "started_at": 1795636568.0236237, "completed_at": 1795636568.0589437, "duration": 0.03532037, "retries": 0, "timed_out": false, "dependencies": [], "cached": false, "condition_error": false}');
PRAGMA user_version = 2;
