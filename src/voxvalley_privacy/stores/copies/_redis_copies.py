"""Sealed copies in Redis: every key has an end, and every change is one script."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...errors import ConfigurationError, StoreUnavailable
from ._copy_store import Entry

if TYPE_CHECKING:
    import redis

__all__ = ["RedisCacheStore"]

# Shared by the scripts. A copy is a hash of its value and its tags; `index` orders keys by their end, `sizes` holds how
# large each is and, under "", all together. `state` holds the last number given out, from when on it counts ("born"),
# and the last forget of each stripe. Numbers are microseconds, so that a state that was lost never starts again below.
_COMMON = """
local prefix, state, index, sizes = KEYS[1], KEYS[1] .. 'state', KEYS[1] .. 'index', KEYS[1] .. 'sizes'
local function outlive(key, milliseconds)
  if redis.call('PTTL', key) < milliseconds then redis.call('PEXPIRE', key, milliseconds) end
end
local function number()
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
  local last = tonumber(redis.call('HGET', state, 'last') or '0')
  if last == 0 then redis.call('HSET', state, 'born', string.format('%.0f', now), 'last', string.format('%.0f', now)) end
  outlive(state, 86400000)
  return math.max(last, now), last
end
local function remove(key)
  local tags = redis.call('HGET', prefix .. 'copy:' .. key, 'tags')
  for tag in string.gmatch(tags or '', '%S+') do redis.call('SREM', prefix .. 'tag:' .. tag, key) end
  local size = redis.call('HGET', sizes, key)
  if size then
    redis.call('HINCRBY', sizes, '', '-' .. size)
    redis.call('HDEL', sizes, key)
    if redis.call('HLEN', sizes) == 1 then redis.call('DEL', sizes) end
  end
  redis.call('ZREM', index, key)
  return redis.call('DEL', prefix .. 'copy:' .. key)
end
"""
_TICKET = """
local now, last = number()
return string.format('%.0f', last == 0 and now or last)
"""
_PUT = """
local key, value, ticket, lifetime, expires = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
number()
if ticket < tonumber(redis.call('HGET', state, 'born')) then return 0 end
for at = 8, #ARGV do
  local forgotten = redis.call('HGET', state, string.sub(ARGV[at], 1, 3))
  if forgotten and tonumber(forgotten) > ticket then return 0 end
end
remove(key)
redis.call('HSET', prefix .. 'copy:' .. key, 'value', value, 'tags', table.concat(ARGV, ' ', 8))
redis.call('PEXPIRE', prefix .. 'copy:' .. key, lifetime)
redis.call('ZADD', index, expires, key)
redis.call('HSET', sizes, key, #value)
redis.call('HINCRBY', sizes, '', #value)
for at = 8, #ARGV do
  redis.call('SADD', prefix .. 'tag:' .. ARGV[at], key)
  outlive(prefix .. 'tag:' .. ARGV[at], lifetime)
end
outlive(index, lifetime)
outlive(sizes, lifetime)
local ended = tonumber(expires) - lifetime / 1000
for _, old in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', ended, 'LIMIT', 0, 100)) do remove(old) end
while redis.call('ZCARD', index) > tonumber(ARGV[6])
    or tonumber(redis.call('HGET', sizes, '') or '0') > tonumber(ARGV[7]) do
  remove(redis.call('ZRANGE', index, 0, 0)[1])
end
return redis.call('EXISTS', prefix .. 'copy:' .. key)
"""
_FORGET = """
local now, last = number()
local at = string.format('%.0f', math.max(now, last + 1))
redis.call('HSET', state, 'last', at, string.sub(ARGV[1], 1, 3), at)
local removed = 0
for _, key in ipairs(redis.call('SMEMBERS', prefix .. 'tag:' .. ARGV[1])) do removed = removed + remove(key) end
redis.call('DEL', prefix .. 'tag:' .. ARGV[1])
return removed
"""
_DELETE = "return remove(ARGV[1])"
_SWEEP = """
local removed = 0
for _, key in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', ARGV[1])) do removed = removed + remove(key) end
return removed
"""


class RedisCacheStore:
    """
    Keep copies in Redis; the one that ends first goes first.

    The server must run scripts (any since 5). Its snapshots and its append-only file hold copies until it rewrites them:
    for a cache, switch both off.

    Args:
        client: A `redis.Redis` that returns bytes. Timeouts and TLS are its own.

        prefix: Starts every key. The braces keep all of them on one node of a cluster.

        most_entries: How many copies are kept.

        most_bytes: How many bytes of sealed copies are kept.

    Raises:
        voxvalley_privacy.ConfigurationError: If a limit is below 1, or the client decodes what it gets.
    """

    def __init__(
        self,
        client: redis.Redis,
        /,
        *,
        prefix: str = "{voxvalley-privacy:cache}:",
        most_entries: int = 100_000,
        most_bytes: int = 2**30,
    ) -> None:
        from redis.exceptions import RedisError

        if most_entries < 1 or most_bytes < 1:
            raise ConfigurationError("'most_entries' and 'most_bytes' must be at least 1.")
        if client.get_encoder().decode_responses:
            raise ConfigurationError("The client must return bytes: leave out 'decode_responses'.")
        self._fault = RedisError
        self._client = client
        self._prefix = prefix
        self._limits = (most_entries, most_bytes)
        self._ticket, self._put, self._forget, self._delete, self._sweep = (
            client.register_script(_COMMON + script)
            for script in (_TICKET, _PUT, _FORGET, _DELETE, _SWEEP)
        )

    def __repr__(self) -> str:
        return "<RedisCacheStore>"

    def ticket(self) -> int:
        return int(self._run(self._ticket))

    def get(self, key: str, /) -> bytes | None:
        value: bytes | None = self._ask(
            lambda: self._client.hget(f"{self._prefix}copy:{key}", "value")
        )
        return value

    def put(self, entry: Entry, ticket: int, /) -> bool:
        milliseconds = max(1, int(entry.lifetime * 1000))
        about = (entry.key, entry.value, ticket, milliseconds, entry.expires)
        return bool(self._run(self._put, *about, *self._limits, *entry.tags))

    def delete(self, key: str, /) -> bool:
        return bool(self._run(self._delete, key))

    def forget(self, tag: str, /) -> int:
        return int(self._run(self._forget, tag))

    def sweep(self, now: float, /) -> int:
        return int(self._run(self._sweep, now))

    def _run(self, script: Callable[..., Any], *values: str | bytes | float) -> Any:
        return self._ask(lambda: script(keys=[self._prefix], args=values))

    def _ask(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except self._fault:
            pass
        # Raised here, so that what the client was given does not hang on to the error as its cause.
        raise StoreUnavailable("Redis cannot be reached, or did not do what was asked.")
