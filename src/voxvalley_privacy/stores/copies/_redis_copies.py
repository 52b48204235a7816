"""Sealed copies in Redis: every key has an end, and every change is one script."""

from __future__ import annotations

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

from ...errors import ConfigurationError, StoreUnavailable
from ._copy_store import Entry, check_limits

if TYPE_CHECKING:
    import redis

__all__ = ["RedisCacheStore"]

# Shared by the scripts. A copy is a hash of its value, its owner, its tags, and the number and the
# epoch it was put with. `state` holds the epoch, the last number given out, and the last forget of
# each stripe. A server may lose any of its keys at any time, and all that is newest at a failover:
# - a copy carries its own tags, so a lost set of tags hides nothing from `get`;
# - an epoch is of one process of the server and one life of `state`, so a copy from before either
#   was lost is never given out: a `forget` may have been lost with it;
# - `index:*` and `sizes` only find what to remove first, and may be wrong.
_COMMON = """
local prefix, state = KEYS[1], KEYS[1] .. 'state'
local index, sizes = KEYS[1] .. 'index', KEYS[1] .. 'sizes'
local counts, weights = KEYS[1] .. 'owners:entries', KEYS[1] .. 'owners:bytes'

local function copy_of(key) return prefix .. 'copy:' .. key end
local function index_of(owner) return prefix .. 'index:' .. owner end

local function outlive(key, milliseconds)
  if redis.call('PTTL', key) < milliseconds then redis.call('PEXPIRE', key, milliseconds) end
end

local function run()
  local info = redis.pcall('INFO', 'server')
  if type(info) ~= 'string' then return '000000000000000' end
  return string.match(info, 'run_id:(%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x)') or '000000000000000'
end

-- The epoch, and the last number given out; nothing if the state was lost or is of another process.
local function current()
  local kept = redis.call('HMGET', state, 'epoch', 'last')
  if not kept[1] or string.match(kept[1], '^%x+') ~= run() then return nil, nil end
  return kept[1], tonumber(kept[2])
end

local function begin()
  local epoch, last = current()
  if not epoch then
    local time = redis.call('TIME')
    epoch, last = run() .. ':' .. time[1] .. string.format('%06d', tonumber(time[2])), 1
    redis.call('DEL', state)
    redis.call('HSET', state, 'epoch', epoch, 'last', last)
  end
  outlive(state, 86400000)
  return epoch, last
end

local function is_forgotten(tags, number)
  for tag in string.gmatch(tags, '%S+') do
    local forgotten = redis.call('HGET', state, string.sub(tag, 1, 3))
    if forgotten and tonumber(forgotten) > number then return true end
  end
  return false
end

-- Without memory even counting down is refused: then the counts are dropped, and start again.
local function adjust(...)
  local answer = redis.pcall(...)
  if type(answer) ~= 'table' or not answer.err then return tonumber(answer) end
  redis.call('DEL', sizes, counts, weights)
  return 1
end

local function less(measure, owner, by)
  if adjust('ZINCRBY', measure, -by, owner) <= 0 then redis.call('ZREM', measure, owner) end
end

local function remove(key)
  local kept = redis.call('HMGET', copy_of(key), 'tags', 'owner')
  for tag in string.gmatch(kept[1] or '', '%S+') do
    redis.call('SREM', prefix .. 'tag:' .. tag, key)
  end
  local sized = redis.call('HGET', sizes, key)
  if sized then
    local size, owner = string.match(sized, '^(%d+) (.*)$')
    redis.call('HDEL', sizes, key)
    adjust('HINCRBY', sizes, '', '-' .. size)
    if redis.call('HLEN', sizes) == 1 then redis.call('DEL', sizes) end
    redis.call('ZREM', index_of(owner), key)
    less(counts, owner, 1)
    less(weights, owner, tonumber(size))
  end
  if kept[2] then redis.call('ZREM', index_of(kept[2]), key) end
  redis.call('ZREM', index, key)
  return redis.call('DEL', copy_of(key))
end
"""
_TICKET = """
local epoch, last = begin()
return {epoch, last}
"""
_GET = """
local kept = redis.call('HMGET', copy_of(ARGV[1]), 'value', 'epoch', 'number', 'tags')
if not kept[1] then return false end
local epoch, last = current()
local number = tonumber(kept[3])
if epoch == kept[2] and (number >= last or not is_forgotten(kept[4], number)) then
  return kept[1]
end
remove(ARGV[1])
return false
"""
_PUT = """
local key, value, epoch, number, owner = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local lifetime, expires, tags = tonumber(ARGV[6]), ARGV[7], ARGV[8]
local most_entries, most_bytes, swept = tonumber(ARGV[9]), tonumber(ARGV[10]), ARGV[11]
if begin() ~= epoch or is_forgotten(tags, number) then return 0 end
remove(key)
local ended = string.format('%.6f', tonumber(expires) - lifetime / 1000)
for _, old in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', ended, 'LIMIT', 0, swept)) do
  remove(old)
end
redis.call('HSET', copy_of(key), 'value', value, 'owner', owner, 'tags', tags,
  'epoch', epoch, 'number', number)
redis.call('PEXPIRE', copy_of(key), lifetime)
redis.call('ZADD', index, expires, key)
redis.call('ZADD', index_of(owner), expires, key)
redis.call('HSET', sizes, key, #value .. ' ' .. owner)
redis.call('HINCRBY', sizes, '', #value)
redis.call('ZINCRBY', counts, 1, owner)
redis.call('ZINCRBY', weights, #value, owner)
for tag in string.gmatch(tags, '%S+') do
  redis.call('SADD', prefix .. 'tag:' .. tag, key)
  outlive(prefix .. 'tag:' .. tag, lifetime)
end
for _, name in ipairs({state, index, index_of(owner), sizes, counts, weights}) do
  outlive(name, lifetime)
end

-- The copy of the owner of most that ends first; of all, where the owners were lost.
local function make_room(measure)
  local owner = redis.call('ZREVRANGE', measure, 0, 0)[1]
  local first = owner and redis.call('ZRANGE', index_of(owner), 0, 0)[1]
  if owner and not first then redis.call('ZREM', measure, owner) end
  first = first or redis.call('ZRANGE', index, 0, 0)[1]
  if first then remove(first) end
  return first
end
while redis.call('ZCARD', index) > most_entries and make_room(counts) do end
while tonumber(redis.call('HGET', sizes, '') or '0') > most_bytes do
  -- What nothing leads to any more ends by itself.
  if not make_room(weights) then redis.call('DEL', sizes) end
end
return redis.call('EXISTS', copy_of(key))
"""
_FORGET = """
local removed = 0
for _, key in ipairs(redis.call('SMEMBERS', prefix .. 'tag:' .. ARGV[1])) do
  removed = removed + remove(key)
end
redis.call('DEL', prefix .. 'tag:' .. ARGV[1])
local epoch, last = current()
if epoch then
  local marked = redis.pcall('HSET', state, 'last', last + 1, string.sub(ARGV[1], 1, 3), last + 1)
  -- Where the server has no memory left for the mark, all copies lose their epoch.
  if type(marked) == 'table' and marked.err then redis.call('DEL', state) end
end
return removed
"""
_DELETE = "return remove(ARGV[1])"
_SWEEP = """
local removed = 0
for _, key in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', ARGV[1])) do
  removed = removed + remove(key)
end
return removed
"""
_SWEPT_AT_PUT = 100  # copies that are over and go with each put
_NUMBER_BITS = 64  # of a ticket; the epoch is above them


class RedisCacheStore:
    """
    Keep copies in Redis; when it is full, the owner of most loses what ends first.

    A `forget` holds whatever the server evicts, and after a restart or a failover all copies from
    before are refused. The server must run scripts (any since 5). Its snapshots and its append-only
    file hold copies until it rewrites them: for a cache, switch both off.

    Args:
        client: A `redis.Redis` that returns bytes. Timeouts and TLS are its own.

        prefix: Starts every key. The braces keep all of them on one node of a cluster.

        most_entries: How many copies are kept.

        most_bytes: How many bytes of sealed copies are kept.

    Raises:
        voxvalley_privacy.ConfigurationError: If a limit is below 1, or the client decodes what it
            gets.
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

        check_limits(most_entries, most_bytes)
        command = getattr(client, "execute_command", None)
        if command is None or iscoroutinefunction(command):
            raise ConfigurationError(
                "The client must be a redis.Redis or a redis.RedisCluster, not an asynchronous one."
            )
        if client.get_encoder().decode_responses:
            raise ConfigurationError("The client must return bytes: leave out 'decode_responses'.")
        self._fault = RedisError
        self._client = client
        self._prefix = prefix
        self.most_entries = most_entries
        self.most_bytes = most_bytes
        self._ticket, self._get, self._put, self._forget, self._delete, self._sweep = (
            client.register_script(_COMMON + script)
            for script in (_TICKET, _GET, _PUT, _FORGET, _DELETE, _SWEEP)
        )

    def __repr__(self) -> str:
        return "<RedisCacheStore>"

    def ticket(self) -> int:
        epoch, number = self._run(self._ticket)
        process, _, born = epoch.decode().partition(":")
        return (int(process, 16) << 64 | int(born)) << _NUMBER_BITS | int(number)

    def get(self, key: str, /) -> bytes | None:
        value: bytes | None = self._run(self._get, key)
        return value

    def put(self, entry: Entry, ticket: int, /) -> bool:
        if len(entry.value) > self.most_bytes:
            return False
        milliseconds = max(1, int(entry.lifetime * 1000))
        epoch, number = divmod(ticket, 1 << _NUMBER_BITS)
        process, born = divmod(epoch, 1 << 64)
        about = (entry.key, entry.value, f"{process:015x}:{born}", number, entry.owner)
        terms = (milliseconds, entry.expires, " ".join(entry.tags))
        limits = (self.most_entries, self.most_bytes, _SWEPT_AT_PUT)
        return bool(self._run(self._put, *about, *terms, *limits))

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
        raise StoreUnavailable(
            "Redis cannot be reached, or did not do what was asked, such as running a Lua script."
        )
