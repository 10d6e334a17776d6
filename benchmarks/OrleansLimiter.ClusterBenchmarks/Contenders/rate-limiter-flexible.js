// node rate-limiter-flexible.js PORT [REDIS_PORT]: counts in this process, or in Redis.
'use strict';
const http = require('http');
const { RateLimiterMemory, RateLimiterRedis, RateLimiterUnion } = require('rate-limiter-flexible');

const [port, redisPort] = process.argv.slice(2);
const redis = redisPort && new (require('ioredis'))(Number(redisPort), '127.0.0.1', { enableOfflineQueue: false });
const limiter = (keyPrefix, points, duration) => redis
  ? new RateLimiterRedis({ storeClient: redis, keyPrefix, points, duration })
  : new RateLimiterMemory({ keyPrefix, points, duration });
const bench = limiter('bench', 1000000000, 60);
const second = limiter('second', 1000000000, 60);
const third = limiter('third', 1000000000, 1);
const attack = limiter('attack', 500, 1);
const limiters = {
  '/v1/authorize/bench': bench,
  '/v1/authorize/bench-2': new RateLimiterUnion(bench, second),
  '/v1/authorize/bench-3': new RateLimiterUnion(bench, second, third),
  '/v1/authorize/attack': attack,
  '/v1/authorize/attack-2': new RateLimiterUnion(bench, attack),
  '/v1/authorize/attack-3': new RateLimiterUnion(bench, second, attack),
};

// The error of a union contains the result of each limiter that refused, by key prefix.
const failed = refusal => refusal instanceof Error || Object.values(refusal).some(each => each instanceof Error);

http.createServer((request, response) => {
  const chosen = limiters[request.url];
  if (!chosen) {
    response.end();
    return;
  }

  chosen.consume(request.headers['x-account-id']).then(
    () => { response.setHeader('X-RateLimit-Limit', '3000'); response.end(); },
    refusal => { response.statusCode = failed(refusal) ? 500 : 429; response.end(); });
}).listen(Number(port), '127.0.0.1');
