;;; downbeat.el --- Check, run and watch AI pipelines written in YAML  -*- lexical-binding: t -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:

;; Connects Emacs to `downbeat lsp' by eglot.  Put this folder on the `load-path' and say
;;
;;   (require 'downbeat)
;;   (add-hook 'downbeat-mode-hook #'eglot-ensure)
;;
;; Files named *.pipeline.yaml and *.pipeline.yml get `downbeat-mode'.  `downbeat-run' runs the pipeline, `downbeat-cancel'
;; stops it; while it runs, each step shows its state at the end of its line.  Nothing runs in a folder that
;; `downbeat-trusted-folders' does not name.

;;; Code:

(require 'cl-lib)
(require 'eglot)
(require 'jsonrpc)
(require 'subr-x)

(defgroup downbeat nil "AI pipelines written in YAML." :group 'tools)

(defcustom downbeat-program "downbeat"
  "The program that serves and runs pipelines."
  :type 'string)

(defcustom downbeat-trusted-folders nil
  "Folders whose pipelines may run.  A pipeline is somebody's program.
A change counts for servers that start after it: see `eglot-reconnect'."
  :type '(repeat directory))

(defcustom downbeat-wording nil
  "Whether a model is asked to put into words what a pipeline is for, when point is on its name or id.
This may cost money, and sends the facts to whoever serves the model.  The words come in below the facts, in trusted folders
only; a change counts for servers that start after it."
  :type 'boolean)

(define-derived-mode downbeat-mode prog-mode "Downbeat"
  "Major mode for pipelines; with `yaml-mode' installed it has its colours and indentation."
  (when (fboundp 'yaml-mode) (delay-mode-hooks (yaml-mode)) (setq major-mode 'downbeat-mode mode-name "Downbeat"))
  (setq-local comment-start "# " comment-start-skip "#+ *" indent-tabs-mode nil))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.pipeline\\.ya?ml\\'" . downbeat-mode))

(defun downbeat-trusted-p (file)
  "Whether FILE lies in a trusted folder."
  (cl-some (lambda (folder) (file-in-directory-p file folder)) downbeat-trusted-folders))

(defun downbeat--contact (&optional _interactive)
  "How eglot starts the server for the current buffer."
  (list downbeat-program "lsp" :initializationOptions
        (list :trusted (if (downbeat-trusted-p (or buffer-file-name default-directory)) t :json-false)
              :wording (if downbeat-wording "on" "off"))))

(add-to-list 'eglot-server-programs '(downbeat-mode . downbeat--contact))

;;; Words

(cl-defmethod eglot-handle-notification (_server (_method (eql downbeat/words)) &key uri &allow-other-keys)
  "Lets ElDoc tell anew what it tells of the pipeline at URI, whose words have come, where somebody still looks at it."
  (with-current-buffer (window-buffer (selected-window))
    (when (and buffer-file-name (derived-mode-p 'downbeat-mode) (equal uri (downbeat--uri)))
      ;; ElDoc asks nothing twice where point has not moved.
      (when (boundp 'eldoc--last-request-state) (setq eldoc--last-request-state nil))
      (eldoc-print-current-symbol-info))))

;;; Runs

(defvar downbeat--runs (make-hash-table :test #'equal) "Buffer of each run.")
(defvar downbeat--over nil "Runs that ended.")
(defvar downbeat--states (make-hash-table :test #'equal) "Newest text and face of each step that is to be drawn, by run and id.")
(defvar downbeat--timer nil "Draws soon; events only say what to draw.")
(defvar-local downbeat-current-run nil "The run of this buffer that goes on.")
(defvar-local downbeat-last-inputs nil "Values of the last run, without secret ones.")

(defun downbeat--server ()
  (or (eglot-current-server) (user-error "No server for this buffer: M-x eglot")))

(defun downbeat--uri () (concat "file://" (url-hexify-string (file-truename buffer-file-name) url-path-allowed-chars)))

(defun downbeat--request (method params)
  "The server's answer to METHOD with PARAMS; a refusal is an error that says why.
`jsonrpc-request' leaves messages that come in one piece with the answer unread until the next ones come: events of a short
run would wait for those of another."
  (let (answer refusal ended)
    (jsonrpc-async-request (downbeat--server) method params
                           :success-fn (lambda (result) (setq answer result ended t))
                           :error-fn (lambda (failure) (setq refusal (plist-get failure :message) ended t))
                           :timeout-fn (lambda () (setq refusal "The server does not answer" ended t)))
    (while (not ended) (accept-process-output nil 0.05))
    (if refusal (user-error "%s" refusal) answer)))

(defun downbeat--execute (command argument)
  "Lets the server execute COMMAND."
  (downbeat--request :workspace/executeCommand (list :command command :arguments (vector argument))))

(defun downbeat--ask (input)
  "Asks for the value of INPUT, one of `downbeat/inputs'."
  (cl-destructuring-bind (&key name type default choices secret &allow-other-keys) input
    (let* ((last (plist-get downbeat-last-inputs (intern (concat ":" name))))
           (shown (cond ((null (or last default)) "") ((stringp (or last default)) (or last default)) (t (json-serialize (or last default)))))
           (prompt (format "%s (%s): " name type))
           (text (cond ((eq secret t) (read-passwd prompt))
                       (choices (completing-read prompt (mapcar (lambda (it) (if (stringp it) it (json-serialize it))) choices) nil t shown))
                       (t (read-string prompt shown)))))
      (if (member type '("string" "path")) text
        (condition-case nil (json-parse-string text :object-type 'plist :false-object :json-false) (error text))))))

;;;###autoload
(defun downbeat-run (&optional selection)
  "Runs the pipeline as it stands in the buffer; SELECTION may be (:only STEP), (:from STEP) or (:until STEP)."
  (interactive)
  (unless (downbeat-trusted-p buffer-file-name)
    (user-error "Nothing runs here: `downbeat-trusted-folders' does not name %s" default-directory))
  (eglot--signal-textDocument/didChange)
  (let ((uri (downbeat--uri)) (values nil))
    (seq-doseq (input (downbeat--request :downbeat/inputs (list :uri uri)))
      (let ((key (intern (concat ":" (plist-get input :name)))) (value (downbeat--ask input)))
        (setq values (plist-put values key value))
        (unless (eq (plist-get input :secret) t)
          (setq downbeat-last-inputs (plist-put downbeat-last-inputs key value)))))
    (downbeat-clear)
    (let ((run (plist-get (downbeat--execute "downbeat.run" (append (list :uri uri) selection (and values (list :inputs values)))) :run)))
      (puthash run (current-buffer) downbeat--runs)
      (unless (member run downbeat--over) (setq downbeat-current-run run))
      (downbeat--draw-soon))))

(defun downbeat-cancel ()
  "Cancels the run of this buffer."
  (interactive)
  (downbeat--execute "downbeat.cancel" (list :run (or downbeat-current-run (user-error "Nothing runs")))))

(defun downbeat-clear ()
  "Takes the states of steps from this buffer."
  (interactive)
  (remove-overlays (point-min) (point-max) 'downbeat t))

(defun downbeat--describe (type message data)
  "Text and face for an event, nil when it changes nothing to see."
  (let ((time (and (plist-get data :duration) (format " in %.1f s" (plist-get data :duration)))) (why (if message (concat ": " message) "")))
    (pcase type
      ("step_started" (cons "running" 'font-lock-keyword-face))
      ("step_output" (cons (concat "running: " (car (last (split-string (or (plist-get data :text) "") "\n" t)))) 'font-lock-keyword-face))
      ("step_retrying" (cons (concat "trying again" why) 'warning))
      ("step_completed" (cons (concat "done" time) 'success))
      ("step_failed" (cons (concat (if (equal (plist-get data :status) "cancelled") "cancelled" "failed") time why) 'error))
      ("step_skipped" (cons (concat "skipped: " (or message (plist-get data :reason) "")) 'shadow)))))

(defun downbeat--draw-soon ()
  "Draws after a moment, once for all events that come in it."
  (unless downbeat--timer (setq downbeat--timer (run-with-timer 0.1 nil #'downbeat--draw))))

(defun downbeat--draw ()
  "Draws every state that came since the last time."
  (setq downbeat--timer nil)
  (maphash (lambda (key state)
             ;; Events may come before the answer that says which run it is; they wait for it.
             (when-let ((buffer (gethash (car key) downbeat--runs)))
               (remhash key downbeat--states)
               (when (buffer-live-p buffer)
                 (with-current-buffer buffer (downbeat--put (cdr key) (car state) (cdr state))))))
           downbeat--states))

(defun downbeat--put (step text face)
  "Shows TEXT in FACE at the end of the line that names STEP."
  (save-excursion
    (goto-char (point-min))
    (when (re-search-forward (format "^[ -]*id: *[\"']?%s[\"']? *\\(?:#.*\\)?$" (regexp-quote step)) nil t)
      (let ((overlay (or (cl-find-if (lambda (it) (overlay-get it 'downbeat)) (overlays-in (line-beginning-position) (line-end-position)))
                         (make-overlay (line-beginning-position) (line-end-position)))))
        (overlay-put overlay 'downbeat t)
        (overlay-put overlay 'after-string (propertize (concat "  " text) 'face face))))))

(cl-defmethod eglot-handle-notification (_server (_method (eql downbeat/event)) &key run event &allow-other-keys)
  "Keeps what EVENT of RUN says until it is drawn."
  (cl-destructuring-bind (&key type step message data &allow-other-keys) event
    (when-let ((state (and step (downbeat--describe type message data))))
      (puthash (cons run step) state downbeat--states)
      (downbeat--draw-soon))
    (when (member type '("run_completed" "run_failed" "run_cancelled"))
      (push run downbeat--over)
      (let ((buffer (gethash run downbeat--runs)))
        (when (buffer-live-p buffer) (with-current-buffer buffer (setq downbeat-current-run nil))))
      (message "downbeat: %s" (or message "the run completed")))))

(provide 'downbeat)

;;; downbeat.el ends here
