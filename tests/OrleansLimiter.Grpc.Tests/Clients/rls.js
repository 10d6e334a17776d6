// Calls the rate limit service with @grpc/grpc-js and the protos that @grpc/grpc-js-xds ships.
// node rls.js NODE_MODULES ADDRESS: reads one request as JSON from each line of the input, and writes a line for each answer.
'use strict';
const path = require('path');
const readline = require('readline');

const [modules, address] = process.argv.slice(2);
const grpc = require(path.join(modules, '@grpc/grpc-js'));
const loader = require(path.join(modules, '@grpc/proto-loader'));
const protos = path.join(modules, '@grpc/grpc-js-xds/deps');
const definition = loader.loadSync('envoy/service/ratelimit/v3/rls.proto', {
  keepCase: true, enums: String, longs: Number, defaults: true, bytes: String,
  includeDirs: ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map(folder => path.join(protos, folder)),
});
const { RateLimitService } = grpc.loadPackageDefinition(definition).envoy.service.ratelimit.v3;
const client = new RateLimitService(address, grpc.credentials.createInsecure());

function describe(response) {
  const statuses = response.statuses.map(status => [
    status.code,
    status.current_limit && `${status.current_limit.name} ${status.current_limit.requests_per_unit} ${status.current_limit.unit}`,
    status.limit_remaining,
    status.duration_until_reset && status.duration_until_reset.seconds,
  ].join(' '));
  const headers = response.response_headers_to_add.map(header => `${header.key}: ${header.value}`);
  return [response.overall_code, ...statuses, ...headers, Buffer.from(response.raw_body, 'base64').toString()].join('|');
}

function call(request) {
  return new Promise(resolve => client.ShouldRateLimit(
    request, { deadline: Date.now() + 20000 },
    (error, response) => resolve(error ? `${error.code} ${error.details}` : describe(response))));
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(await call(JSON.parse(line)));
  }

  client.close();
})();
