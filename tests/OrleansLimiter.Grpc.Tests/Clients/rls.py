"""Calls the rate limit service with Debian's python3-grpcio.

rls.py ADDRESS: reads one request as JSON from each line of the input, and writes a line for each answer. The messages are declared
here by number, so that a wrong number in the limiter is found.
"""
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, duration_pb2, json_format, message_factory, wrappers_pb2

TYPES = descriptor_pb2.FieldDescriptorProto
PACKAGE = "envoy.service.ratelimit.v3"
SCALARS = {"string": TYPES.TYPE_STRING, "uint32": TYPES.TYPE_UINT32, "bytes": TYPES.TYPE_BYTES, "bool": TYPES.TYPE_BOOL}
ENUMS = {
    "Code": ["UNKNOWN", "OK", "OVER_LIMIT"],
    "Unit": ["UNKNOWN_UNIT", "SECOND", "MINUTE", "HOUR", "DAY", "MONTH", "YEAR", "WEEK"],
}
MESSAGES = {
    "Entry": "key=1 string, value=2 string",
    "Override": "requests_per_unit=1 uint32, unit=2 Unit",
    "Descriptor": "entries=1 *Entry, limit=2 Override, hits_addend=3 .google.protobuf.UInt64Value, is_negative_hits=4 bool",
    "RateLimitRequest": "domain=1 string, descriptors=2 *Descriptor, hits_addend=3 uint32",
    "Limit": "requests_per_unit=1 uint32, unit=2 Unit, name=3 string",
    "Status": "code=1 Code, current_limit=2 Limit, limit_remaining=3 uint32, duration_until_reset=4 .google.protobuf.Duration",
    "Header": "key=1 string, value=2 string",
    "RateLimitResponse": "overall_code=1 Code, statuses=2 *Status, response_headers_to_add=3 *Header, raw_body=5 bytes",
}


def add_field(message, text):
    name, kind = text.split(" ")
    name, number = name.split("=")
    field = message.field.add(name=name, number=int(number), label=TYPES.LABEL_REPEATED if kind[0] == "*" else TYPES.LABEL_OPTIONAL)
    kind = kind.lstrip("*")
    if kind in SCALARS:
        field.type = SCALARS[kind]
    else:
        field.type = TYPES.TYPE_ENUM if kind in ENUMS else TYPES.TYPE_MESSAGE
        field.type_name = kind if kind[0] == "." else f".{PACKAGE}.{kind}"


def declare():
    file = descriptor_pb2.FileDescriptorProto(
        name="rls.proto", package=PACKAGE, syntax="proto3",
        dependency=["google/protobuf/wrappers.proto", "google/protobuf/duration.proto"])
    for name, values in ENUMS.items():
        enum = file.enum_type.add(name=name)
        for number, value in enumerate(values):
            enum.value.add(name=value, number=number)
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field in fields.split(", "):
            add_field(message, field)
    pool = descriptor_pool.DescriptorPool()
    for known in (wrappers_pb2, duration_pb2, None):
        added = descriptor_pb2.FileDescriptorProto()
        if known is None:
            added = file
        else:
            known.DESCRIPTOR.CopyToProto(added)
        pool.Add(added)
    return [message_class(pool.FindMessageTypeByName(f"{PACKAGE}.{name}")) for name in ("RateLimitRequest", "RateLimitResponse")]


def message_class(descriptor):
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory().GetPrototype(descriptor)


def describe(response):
    def status(one):
        unit = ENUMS["Unit"][one.current_limit.unit].replace("_UNIT", "")
        limit = f"{one.current_limit.name} {one.current_limit.requests_per_unit} {unit}" if one.HasField("current_limit") else ""
        reset = one.duration_until_reset.seconds if one.HasField("duration_until_reset") else ""
        return f"{ENUMS['Code'][one.code]} {limit} {one.limit_remaining} {reset}"

    headers = [f"{header.key}: {header.value}" for header in response.response_headers_to_add]
    return "|".join(
        [ENUMS["Code"][response.overall_code], *map(status, response.statuses), *headers, response.raw_body.decode()])


def main():
    request_class, response_class = declare()
    with grpc.insecure_channel(sys.argv[1]) as channel:
        call = channel.unary_unary(
            f"/{PACKAGE}.RateLimitService/ShouldRateLimit",
            request_serializer=request_class.SerializeToString, response_deserializer=response_class.FromString)
        for line in sys.stdin:
            try:
                print(describe(call(json_format.Parse(line, request_class()), timeout=20)), flush=True)
            except grpc.RpcError as error:
                print(f"{error.code().value[0]} {error.details()}", flush=True)


main()
