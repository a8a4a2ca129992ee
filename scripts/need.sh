#!/usr/bin/env bash
# need.sh THING…: make sure postgres, chromium, font are there. What is missing
# is installed with apt where one may; otherwise one sentence says what to install.
set -euo pipefail

have() {
	case $1 in
	postgres) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || [ -n "${LIUHEN_POSTGRES_BUNDLE:-}" ] ;;
	chromium) command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ;;
	font) command -v fc-list >/dev/null && fc-list :lang=zh-cn | grep -q . ;;
	esac
}

packages() {
	case $1 in
	postgres) echo postgresql ;;
	chromium) echo chromium ;;
	font) echo fonts-noto-cjk fontconfig ;;
	esac
}

title() {
	case $1 in
	postgres) echo 'PostgreSQL 15 或更新' ;;
	chromium) echo 'Chromium 浏览器（测试用）' ;;
	font) echo '中文字体（测试用）' ;;
	esac
}

missing=()
for thing in "$@"; do
	have "$thing" || missing+=("$thing")
done
[ ${#missing[@]} -eq 0 ] && exit 0

wanted=()
names=
for thing in "${missing[@]}"; do
	read -ra list <<<"$(packages "$thing")"
	wanted+=("${list[@]}")
	names+="${names:+、}$(title "$thing")"
done

sudo=()
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
		echo "缺少 ${names}。请执行：sudo apt-get install ${wanted[*]}" >&2
		exit 1
	fi
	sudo=(sudo)
fi
if ! command -v apt-get >/dev/null; then
	echo "缺少 ${names}，本机没有 apt-get。请用系统的包管理器安装：${wanted[*]}" >&2
	exit 1
fi
echo "安装 ${names}……"
log=$(mktemp)
# The packaged server is not started: the portal runs a private one.
if ! { "${sudo[@]}" apt-get update -qq && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}"; } >"$log" 2>&1; then
	tail -n 15 "$log" >&2
	echo "没能安装 ${names}。请执行：sudo apt-get install ${wanted[*]}" >&2
	exit 1
fi
rm -f "$log"
