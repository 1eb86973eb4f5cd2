#!/usr/bin/env bash
# Runs the gate and leaves its results for the steps that follow; the exit code is kept for the last of them.
set -euo pipefail

temporary="${RUNNER_TEMP:-$(mktemp -d)}"
sarif="$temporary/linchpin.sarif"
comment="$temporary/linchpin.md"
report="$temporary/linchpin.json"

program="${INPUT_BINARY:-}"
if [ -z "$program" ] && command -v linchpin >/dev/null; then
  program=linchpin
fi
if [ -z "$program" ]; then
  cargo install --quiet --locked --path "$ACTION_PATH/../../.." --root "$temporary/linchpin"
  program="$temporary/linchpin/bin/linchpin"
fi

# GitHub checks out the merge of the change into its base: the first parent is what it is compared with.
base="${INPUT_BASE:-}"
present() { git cat-file -e "$1^{commit}" 2>/dev/null || git fetch --quiet --no-tags --depth=1 origin "$1"; }
if [ -z "$base" ] && [ "${EVENT_NAME:-}" = pull_request ]; then
  if ! git rev-parse --quiet --verify 'HEAD^2' >/dev/null; then
    git fetch --quiet --no-tags --depth=2 origin "$(git rev-parse HEAD)" || true
  fi
  if git rev-parse --quiet --verify 'HEAD^2' >/dev/null; then
    base='HEAD^1'
  else
    present "$BASE_SHA"
    base="$BASE_SHA"
  fi
elif [ -z "$base" ] && [ "${EVENT_NAME:-}" = merge_group ]; then
  # What a merge queue tries is compared with what the queue began with.
  present "$BASE_SHA"
  base="$BASE_SHA"
fi

read -r -a paths <<<"${INPUT_PATHS:-.}"
arguments=(check "${paths[@]}")
[ -z "$base" ] || arguments+=(--base "$base")
[ -z "${INPUT_POLICY:-}" ] || arguments+=(--policy "$INPUT_POLICY")
[ -z "${INPUT_BASELINE:-}" ] || arguments+=(--baseline "$INPUT_BASELINE")
[ -z "${INPUT_FAIL_ON:-}" ] || arguments+=(--fail-on "$INPUT_FAIL_ON")
if [ -n "${GITHUB_SERVER_URL:-}" ]; then
  arguments+=(--link "$GITHUB_SERVER_URL/$HEAD_REPOSITORY/blob/$HEAD_SHA")
fi
arguments+=(--format sarif --output "$sarif" --format markdown --output "$comment")
arguments+=(--format json --output "$report" --format github --output -)

rm -f "$sarif" "$comment" "$report"
code=0
"$program" "${arguments[@]}" || code=$?

if [ -f "$comment" ]; then
  cat "$comment" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  verdict="$(sed -n 's/^  "verdict": "\([a-z]*\)",$/\1/p' "$report")"
  {
    echo "verdict=$verdict"
    echo "sarif=$sarif"
    echo "comment=$comment"
  } >>"$GITHUB_OUTPUT"
elif [ "$code" = 3 ]; then
  echo "Linchpin found nothing to analyse." >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  # A repository without anything to analyse has no risk that could be new. Paths that somebody named are a mistake.
  if [ "${paths[*]}" = . ]; then
    echo '::notice title=linchpin::There is nothing to analyse in this repository.'
    code=0
  fi
fi
echo "code=$code" >>"$GITHUB_OUTPUT"
