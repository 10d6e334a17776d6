// node rate-limiter-flexible.js PORT [REDIS_PORT]: counts in this process, or in Redis.
'use strict';
const http = require('http');
const { RateLimiterMemory, RateLimiterRedis } = require('rate-limiter-flexible');

const [port, redisPort] = process.argv.slice(2);
const redis = redisPort && new (require('ioredis'))(Number(redisPort), '127.0.0.1', { enableOfflineQueue: false });
const limiter = (keyPrefix, points, duration) => redis
  ? new RateLimiterRedis({ storeClient: redis, keyPrefix, points, duration })
  : new RateLimiterMemory({ keyPrefix, points, duration });
const limiters = {
  '/v1/authorize/bench': limiter('bench', 1000000000, 60),
  '/v1/authorize/attack': limiter('attack', 500, 1),
};

http.createServer((request, response) => {
  const chosen = limiters[request.url];
  if (!chosen) {
    response.end();
    return;
  }

  chosen.consume(request.headers['x-account-id']).then(
    () => { response.setHeader('X-RateLimit-Limit', '3000'); response.end(); },
    refusal => { response.statusCode = refusal instanceof Error ? 500 : 429; response.end(); });
}).listen(Number(port), '127.0.0.1');
