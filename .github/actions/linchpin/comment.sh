#!/usr/bin/env bash
# Writes the comment on the pull request, in place of the one that is there.
set -euo pipefail

marker='<!-- linchpin-check -->'
comments="repos/$REPOSITORY/issues/$NUMBER/comments"
filter=".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id"

if ! known="$(gh api --paginate "$comments" --jq "$filter")"; then
  echo '::notice title=linchpin::The comments could not be read; the report is in the summary of the job.'
  exit 0
fi
known="$(head -n 1 <<<"$known")"
if [ -n "$known" ]; then
  call=(gh api --silent --method PATCH "repos/$REPOSITORY/issues/comments/$known")
else
  call=(gh api --silent --method POST "$comments")
fi
if ! "${call[@]}" --field "body=@$COMMENT"; then
  echo '::notice title=linchpin::The comment could not be written (pull-requests: write is needed); the report is in the summary of the job.'
fi
