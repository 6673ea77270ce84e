;;; words.el --- What ElDoc tells while a model is asked, in Emacs  -*- lexical-binding: t -*-
;; Called by tests/tests/emacs.rs, which starts who answers, after session.el has defined its hands.

(setq downbeat-wording t
      downbeat-trusted-folders (list default-directory))

(defun reading-words ()
  (open "tides.pipeline.yaml")
  (stand-on "Tide report")
  (set-window-buffer (selected-window) (current-buffer))
  (let (told)
    (cl-flet ((told (text) (cl-some (lambda (it) (string-search text it)) told)))
      (setq-local eldoc-display-functions
                  (list (lambda (docs _interactive) (push (mapconcat #'car docs "\n") told))))
      (eldoc-print-current-symbol-info)
      (check "the facts stand first" (and (wait (lambda () (told "when the water is highest"))) (not (told "In the words of"))) told)
      (check "the words come in where point stays" (wait (lambda () (told "The step `announce` runs a command"))) told)
      (check "who says so is told" (told "In the words of") told)
      (check "what the facts do not cover is left out" (not (told "captain")) told)
      (check "the facts stand above them" (string-search "when the water is highest" (car told)) told))))

(play '(reading-words))
