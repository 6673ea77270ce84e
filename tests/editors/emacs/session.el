;;; session.el --- A person's session in Emacs, by eglot  -*- lexical-binding: t -*-
;; Called by tests/tests/emacs.rs in a copy of the workspace.  Prints a line a check and a closing count.

(require 'downbeat)

(defvar passed 0)
(defvar failed 0)

(defun check (name ok &optional detail)
  (if ok (cl-incf passed) (cl-incf failed))
  (princ (format "%s %s%s\n" (if ok "ok  " "FAIL") name (if (or ok (not detail)) "" (format " -- %S" detail)))))

(defun wait (condition)
  "Lets Emacs work until CONDITION gives something."
  ;; Edits are sent when Emacs is idle, which it never is here.
  (when (eglot-current-server) (eglot--signal-textDocument/didChange))
  (let ((end (+ (float-time) 20)) value)
    (while (and (not (setq value (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    value))

(defun open (name)
  (find-file name)
  (unless (eglot-current-server) (apply #'eglot (eglot--guess-contact)))
  (eglot-current-server))

(defun stand-on (needle &optional offset)
  (goto-char (point-min))
  (search-forward needle)
  (goto-char (+ (match-beginning 0) (or offset 0))))

(defun problems ()
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(defun told (needle)
  (wait (lambda () (flymake-start) (cl-some (lambda (text) (string-search needle text)) (problems)))))

(defun drawn ()
  "State of each step that shows one, by its line."
  (mapcar (lambda (it) (string-trim (substring-no-properties (overlay-get it 'after-string))))
          (cl-remove-if-not (lambda (it) (overlay-get it 'downbeat)) (overlays-in (point-min) (point-max)))))

(defun shows (pattern)
  (wait (lambda () (cl-some (lambda (text) (string-match-p pattern text)) (drawn)))))

(defun proposals ()
  (let ((table (nth 2 (eglot-completion-at-point))))
    (mapcar (lambda (it) (string-trim (substring-no-properties it))) (all-completions "" table))))

(defun findings ()
  (check "a server is connected" (open "tides.pipeline.yaml"))
  (check "the mode is set" (eq major-mode 'downbeat-mode) major-mode)
  (check "a wrong name is found" (told "laod") (problems))
  (stand-on "laod")
  (let* ((actions (eglot-code-actions (point) (+ (point) 4)))
         (fix (cl-find-if (lambda (it) (string-search "load" (plist-get it :title))) actions)))
    (check "it has a fix" fix actions)
    (let ((eglot-confirm-server-initiated-edits nil)) (eglot--apply-workspace-edit (plist-get fix :edit)))
    (check "the fix is applied" (progn (goto-char (point-min)) (search-forward "dependencies: [load]" nil t)))
    (check "the finding is gone" (wait (lambda () (flymake-start) (null (problems)))) (problems))))

(defun reading ()
  (open "tides.pipeline.yaml")
  (stand-on "Tide report")
  (let (said)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq said text)))
    (check "hover on its name tells what the pipeline is for"
           (wait (lambda () (and said (string-search "when the water is highest" said)))) said)))

(defun completing ()
  (open "experts.pipeline.yaml")
  (cl-flet ((offers (needle behind wanted)
              (stand-on needle (length behind))
              (delete-region (point) (line-end-position))
              (eglot--signal-textDocument/didChange)
              (check (format "`%s' is proposed" wanted) (member wanted (proposals)) (proposals))))
    (offers "expert: editor" "expert: " "critic")
    (offers "personality: dry" "personality: " "dry")
    (offers "max_tokens: <AUTO type" "max_tokens: <AUTO " "choices"))
  (set-buffer-modified-p nil))

(defun renaming ()
  (open "tides.pipeline.yaml")
  (stand-on "id: table" 5)
  (let ((eglot-confirm-server-initiated-edits nil)) (eglot-rename "tide_table"))
  (check "a step is renamed, in templates too"
         (progn (goto-char (point-min)) (and (search-forward "id: tide_table" nil t) (search-forward "{{ tide_table.path }}" nil t)))
         (buffer-string))
  (set-buffer-modified-p nil))

(defun refusing ()
  (open "failing.pipeline.yaml")
  (check "nothing runs in a folder that is not trusted"
         (condition-case failure (progn (downbeat-run) nil) (user-error (string-search "downbeat-trusted-folders" (cadr failure)))))
  (check "the server refuses too"
         (condition-case failure (progn (downbeat--execute "downbeat.run" (list :uri (downbeat--uri))) nil)
           (user-error (string-search "trust" (cadr failure)))))
  (setq downbeat-trusted-folders (list default-directory))
  (eglot-shutdown (eglot-current-server))
  (check "a new server starts" (open "failing.pipeline.yaml")))

(defun running ()
  (open "failing.pipeline.yaml")
  (downbeat-run)
  (check "a step is shown as done" (shows "^done in") (drawn))
  (check "a failing step's error stands on its line" (shows "^failed in .*File not found: no/such/file.txt") (drawn))
  (open "slow.pipeline.yaml")
  (downbeat-run)
  (check "a running step shows its output" (shows "^running: tick") (drawn))
  (downbeat-cancel)
  (check "a run is cancelled" (shows "^cancelled") (drawn)))

(defun asking ()
  (open "asking.pipeline.yaml")
  (let (said)
    (advice-add 'downbeat--describe :before (lambda (_type _message data) (push (plist-get data :text) said)))
    (answer-and-run)
    (check "the run gets them" (wait (lambda () (cl-some (lambda (it) (and it (string-search "Ida, warm, 3" it))) said))) said))
  (check "inputs are asked for and used" (shows "^done") (drawn))
  (check "they are remembered" (equal (plist-get downbeat-last-inputs :name) "Ida") downbeat-last-inputs))

(defun answer-and-run ()
  (let ((answers '("Ida" "warm" "3")))
    (cl-letf (((symbol-function 'read-string) (lambda (&rest _) (pop answers)))
              ((symbol-function 'completing-read) (lambda (&rest _) (pop answers))))
      (downbeat-run))))

(defun crashing ()
  (let ((before (open "slow.pipeline.yaml")))
    ;; eglot brings no server back that died younger than this.
    (sleep-for (+ eglot-autoreconnect 0.2))
    (signal-process (jsonrpc--process before) 'SIGKILL)
    (check "a killed server comes back" (wait (lambda () (let ((now (eglot-current-server))) (and now (not (eq now before)))))))
    (goto-char (point-max))
    (insert "    dependencies: [nobody]\n")
    (check "and knows the document" (told "nobody") (problems))
    (set-buffer-modified-p nil)))

(setq eglot-sync-connect t
      downbeat-program (getenv "DOWNBEAT"))

(defun play (scenarios)
  "Plays SCENARIOS in order, and ends Emacs."
  (dolist (scenario scenarios)
    (condition-case failure (funcall scenario)
      (error (check (format "%s ends" scenario) nil failure))))
  (princ (format "%d passed, %d failed\n" passed failed))
  (kill-emacs (if (> failed 0) 1 0)))

(defvar scenarios '(findings reading completing renaming refusing running asking crashing))
(when scenarios (play scenarios))
