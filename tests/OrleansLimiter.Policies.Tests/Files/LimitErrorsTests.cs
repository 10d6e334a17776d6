namespace OrleansLimiter.Policies.Tests;

public class LimitErrorsTests
{
    private const string Whole = "; a whole number from 1 to 1000000000 is expected";
    private const string Units = "; write it like 500ms, 60s, 1m, 2h or 1d";
    private const string Range = "; it must be from 1ms to 366d";
    private const string Variables = "; known are limit, remaining, window-ms, window-s, next-s, reset-s, reset-epoch-s, retry-after-s, limit-name, policy, account, endpoint, mode";

    [Theory]
    [InlineData("a", "5:3: limit number 1 is 'a'; a mapping (key: value) is expected")]
    [InlineData(
        "{}",
        "5:3: limit number 1 has no 'name'; it is required",
        "5:3: limit number 1 has no 'scope'; it is required",
        "5:3: limit number 1 has no 'algorithm'; it is required",
        "5:3: limit number 1 has no 'permits'; it is required",
        "5:3: limit number 1 has no 'window'; it is required")]
    [InlineData(
        "{ name: a b, scope: account, algorithm: fixed-window, permits: 1, window: 1s }",
        "5:11: the name of a limit is 'a b'; 1 to 64 of letters, digits, '-' and '_' are expected")]
    [InlineData(
        "{ name: a, scope: acount, algorithm: fixd-window, permits: 1, window: 1s }",
        "5:21: scope of the limit 'a' is 'acount'; did you mean 'account'?",
        "5:40: algorithm of the limit 'a' is 'fixd-window'; did you mean 'fixed-window'?")]
    [InlineData(
        "{ name: [a], scope: endpoint, algorithm: leaky, permits: 1, window: 1s }",
        "5:11: the name of a limit is a list; text is expected",
        "5:44: algorithm of limit number 1 is 'leaky'; known are rolling-window, fixed-window, leaky-bucket, token-bucket")]
    [InlineData(
        "{ name: a, scope: account, algorithm: fixed-window, permits: 1, window: 1s }\n- { name: a, scope: burst, algorithm: fixed-window, permits: 1, window: 1s }",
        "6:11: a limit named 'a' is in line 5 already; names are unique")]
    public void Limits_and_their_names_are_checked(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.With(limits: "- " + text)));

    [Theory]
    [InlineData("0", "5:64: permits of the limit 'a' is '0'" + Whole)]
    [InlineData("-5", "5:64: permits of the limit 'a' is '-5'" + Whole)]
    [InlineData("1e3", "5:64: permits of the limit 'a' is '1e3'" + Whole)]
    [InlineData("0x1F", "5:64: permits of the limit 'a' is '0x1F'" + Whole)]
    [InlineData("1_000", "5:64: permits of the limit 'a' is '1_000'" + Whole)]
    [InlineData("+5", "5:64: permits of the limit 'a' is '+5'" + Whole)]
    [InlineData("5.0", "5:64: permits of the limit 'a' is '5.0'" + Whole)]
    [InlineData("'5'", "5:64: permits of the limit 'a' is '5' in quotes" + Whole)]
    [InlineData(".nan", "5:64: permits of the limit 'a' is '.nan'" + Whole)]
    [InlineData(".inf", "5:64: permits of the limit 'a' is '.inf'" + Whole)]
    [InlineData("1000000001", "5:64: permits of the limit 'a' is '1000000001'" + Whole)]
    [InlineData("99999999999999999999", "5:64: permits of the limit 'a' is '99999999999999999999'" + Whole)]
    [InlineData("ten", "5:64: permits of the limit 'a' is 'ten'" + Whole)]
    [InlineData("[5]", "5:64: permits of the limit 'a' is a list" + Whole)]
    public void Permits_are_an_integer_above_zero(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.WithLimit($"algorithm: fixed-window, permits: {text}, window: 1s")));

    [Theory]
    [InlineData("60", "5:75: window of the limit 'a' is '60', which has no unit" + Units)]
    [InlineData("1ns", "5:75: window of the limit 'a' is '1ns', which is not a duration" + Units)]
    [InlineData("1us", "5:75: window of the limit 'a' is '1us', which is not a duration" + Units)]
    [InlineData("-1s", "5:75: window of the limit 'a' is '-1s', which is negative" + Range)]
    [InlineData("0s", "5:75: window of the limit 'a' is '0s'" + Range)]
    [InlineData("1.5s", "5:75: window of the limit 'a' is '1.5s', which is not a duration" + Units)]
    [InlineData("1e3s", "5:75: window of the limit 'a' is '1e3s', which is not a duration" + Units)]
    [InlineData("1 s", "5:75: window of the limit 'a' is '1 s', which is not a duration" + Units)]
    [InlineData("1S", "5:75: window of the limit 'a' is '1S', which is not a duration" + Units)]
    [InlineData("s", "5:75: window of the limit 'a' is 's', which is not a duration" + Units)]
    [InlineData("01s", "5:75: window of the limit 'a' is '01s', which is not a duration" + Units)]
    [InlineData("367d", "5:75: window of the limit 'a' is '367d'" + Range)]
    [InlineData("36500d", "5:75: window of the limit 'a' is '36500d'" + Range)]
    [InlineData("99999999999999999999d", "5:75: window of the limit 'a' is '99999999999999999999d'" + Range)]
    [InlineData("P1D", "5:75: window of the limit 'a' is 'P1D', which is not a duration" + Units)]
    [InlineData("1m30s", "5:75: window of the limit 'a' is '1m30s', which is not a duration" + Units)]
    [InlineData("~", "5:75: window of the limit 'a' is empty; give it a value")]
    [InlineData("{ s: 1 }", "5:75: window of the limit 'a' is a mapping; a duration like 60s is expected")]
    public void Durations_are_an_integer_and_a_unit(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.WithLimit($"algorithm: fixed-window, permits: 1, window: {text}")));

    [Theory]
    [InlineData(
        "algorithm: leaky-bucket, permits: 1, window: 1s, burst: 5",
        "5:79: the limit 'a' has a burst, but only a token-bucket has one; leave it out")]
    [InlineData("algorithm: token-bucket, permits: 1, window: 1s, burst: 0", "5:86: burst of the limit 'a' is '0'" + Whole)]
    [InlineData(
        "algorithm: token-bucket, permits: 999999937, window: 366d, burst: 1000000000",
        "5:55: the limit 'a' has an invalid rule: a capacity of 1000000000 with 999999937 permits per 366.00:00:00 cannot be counted exactly in 64 bits; choose permits that divide the window more evenly, a smaller capacity or a shorter window")]
    public void Only_a_token_bucket_has_a_burst(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.WithLimit(text)));

    [Theory]
    [InlineData("yes, permits: 100, window: 1s", "5:62: lease of the limit 'a' is 'yes'; known are none, auto")]
    [InlineData("aut, permits: 100, window: 1s", "5:62: lease of the limit 'a' is 'aut'; did you mean 'auto'?")]
    [InlineData(
        "auto, permits: 99, window: 1s",
        "5:62: the limit 'a' has 'lease: auto' and a capacity of 99; a lease is a part of it, so at least 100 is expected")]
    [InlineData(
        "auto, permits: 100, window: 999ms",
        "5:62: the limit 'a' has 'lease: auto' and a window under 1s; a lease lasts up to 1s, so at least that is expected")]
    [InlineData(
        "auto, cases: [{ when: { operation: read }, permits: 200, window: 1s }, { permits: 5, window: 10ms }]",
        "5:62: the limit 'a' has 'lease: auto' and a capacity of 5; a lease is a part of it, so at least 100 is expected",
        "5:62: the limit 'a' has 'lease: auto' and a window under 1s; a lease lasts up to 1s, so at least that is expected")]
    [InlineData("none, permits: 1, window: 1ms")]
    public void Only_limits_with_enough_permits_and_a_window_of_at_least_a_second_can_be_leased(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.WithLimit("algorithm: fixed-window, lease: " + text)));

    [Fact]
    public void Only_words_that_are_known_say_what_counts_survive() => Assert.Equal(
        ["5:88: survive of the limit 'a' is 'restarts'; did you mean 'restart'?"],
        PolicyText.Errors(PolicyText.WithLimit("algorithm: fixed-window, permits: 1, window: 1h, survive: restarts")));

    [Fact]
    public void A_long_window_whose_counts_are_not_kept_is_a_warning() => Assert.Equal(
        [
            "5:88: the limit 'a' has 'survive: none' and a window of 3600s, so a restart gives every caller all permits again; "
            + "leave 'survive' out to keep the counts",
        ],
        PolicyText.Warnings(PolicyText.WithLimit("algorithm: fixed-window, permits: 1, window: 1h, survive: none")));

    [Theory]
    [InlineData("yes", "5:73: descriptor-limit of the limit 'a' is 'yes'; known are refuse, allow")]
    [InlineData("allo", "5:73: descriptor-limit of the limit 'a' is 'allo'; did you mean 'allow'?")]
    [InlineData("[allow]", "5:73: descriptor-limit of the limit 'a' is a list; text is expected")]
    [InlineData("allow")]
    [InlineData("refuse")]
    public void A_limit_allows_that_of_a_descriptor_or_refuses_it(string text, params string[] errors) => Assert.Equal(
        errors,
        PolicyText.Errors(PolicyText.WithLimit($"algorithm: fixed-window, descriptor-limit: {text}, permits: 100, window: 1s")));

    [Fact]
    public void A_leased_limit_must_be_the_only_one_of_some_request()
    {
        const string reads = "- { name: a, scope: account, when: { operation: read }, algorithm: fixed-window, permits: 100, window: 1s, lease: auto }\n";
        const string all = "- { name: b, scope: account, algorithm: fixed-window, permits: 100, window: 1s, lease: auto }\n";

        Assert.Equal(
            ["5:108: the limit 'a' has 'lease: auto', but other limits apply whenever it does, so a lease has no effect; leave it out, or let the limit apply alone to some requests"],
            PolicyText.Errors(PolicyText.With(limits: reads + all)));
    }

    [Theory]
    [InlineData("permits: 1", "5:3: the limit 'a' has no 'window'; it is required")]
    [InlineData("window: 1s", "5:3: the limit 'a' has no 'permits'; it is required")]
    [InlineData("cases: []", "5:62: cases of the limit 'a' has 0 entries; 1 to 200 are expected")]
    [InlineData("cases: { permits: 1, window: 1s }", "5:62: cases of the limit 'a' is a mapping; a list ([a, b]) is expected")]
    [InlineData("cases: [a]", "5:63: a case of the limit 'a' is 'a'; a mapping (key: value) is expected")]
    [InlineData("cases: [{ permits: 1 }]", "5:63: a case of the limit 'a' has no 'window'; it is required")]
    [InlineData(
        "permits: 1, window: 1s, cases: [{ permits: 1, window: 1s }]",
        "5:55: the limit 'a' has 'cases' and 'permits'; move 'permits' into the cases",
        "5:67: the limit 'a' has 'cases' and 'window'; move 'window' into the cases")]
    [InlineData(
        "cases: [{ permits: 1, window: 1s, burst: 1 }]",
        "5:89: a case of the limit 'a' has a burst, but only a token-bucket has one; leave it out")]
    public void Cases_and_numbers_exclude_each_other(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.WithLimit("algorithm: fixed-window, " + text)));

    [Theory]
    [InlineData("kind", "5:85: key of the limit 'a' names 'kind', but every bucket is for one account; leave it out")]
    [InlineData(
        "account",
        "5:85: key of the limit 'a' names 'account', but every bucket is for one account; leave it out")]
    [InlineData("plan", "5:85: key of the limit 'a' names 'plan'; known are endpoint, operation, method, mode")]
    [InlineData("[]", "5:85: key of the limit 'a' has 0 values; 1 to 256 are expected")]
    [InlineData("{ a: b }", "5:85: key of the limit 'a' is a mapping; a word or a list of words is expected")]
    [InlineData("[method, method]", "5:94: key of the limit 'a' names 'method' twice; once is enough")]
    [InlineData("[mode, endpoint, operation]")]
    public void The_names_in_a_key_are_checked(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(Keyed(text)));

    [Theory]
    [InlineData("[X-A]", "5:88: headers of the limit 'a' is a list; a mapping (key: value) is expected")]
    [InlineData("{ 'X A': b }", "5:90: 'X A' is not a header name; 1 to 64 letters, digits and '-' are expected")]
    [InlineData("{ '': b }", "5:90: '' is not a header name; 1 to 64 letters, digits and '-' are expected")]
    [InlineData("{ X-A: }", "5:95: the value of 'X-A' is empty; give it a value")]
    [InlineData("{ X-A: [b] }", "5:95: the value of 'X-A' is a list; text is expected")]
    [InlineData(
        "{ X-A: {limit} }",
        "5:95: the value of 'X-A' is a mapping; text that begins with a brace needs quotes, as in \"{limit}\"")]
    [InlineData(
        "{ X-A: \"a\\r\\nSet-Cookie: b\" }",
        "5:95: the value of 'X-A' is 'a\\u000d\\u000aSet-Cookie: b'; at most 1024 printable ASCII characters on one line are expected")]
    [InlineData("{ X-A: é }", "5:95: the value of 'X-A' is 'é'; at most 1024 printable ASCII characters on one line are expected")]
    [InlineData("{ X-A: '{limt}' }", "5:95: '{limt}' is not a variable" + Variables)]
    [InlineData("{ X-A: a, x-a: b }", "5:98: the header 'x-a' is given twice; case is ignored in header names")]
    [InlineData("{ Content-Length: '1' }", "5:90: the header 'Content-Length' is set by the server; leave it out")]
    [InlineData("{ transfer-encoding: chunked }", "5:90: the header 'transfer-encoding' is set by the server; leave it out")]
    [InlineData("{ Connection: close }", "5:90: the header 'Connection' is set by the server; leave it out")]
    [InlineData(
        "{ Content-Type: text/plain }",
        "5:90: the header 'Content-Type' belongs to the body; write it as 'content-type' under 'denied'")]
    public void Headers_are_checked(string text, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(PolicyText.WithLimit("algorithm: fixed-window, permits: 1, window: 1s, headers: " + text)));

    [Theory]
    [InlineData(
        "headers: { X-T: '1' }", "headers: { x-t: '2' }",
        "6:88: the limits 'a' and 'b' can apply together, and both write 'x-t', as '1' and '2'; rename one, or let one limit's 'when' exclude the other's")]
    [InlineData(
        "headers: { X-T: '{limit}' }", "headers: { X-T: '{limit}' }",
        "6:88: the limits 'a' and 'b' can apply together, and both write 'X-T', as '{limit}' and '{limit}'; rename one, or let one limit's 'when' exclude the other's")]
    [InlineData(
        "when: { plan: [a, b] }, headers: { X-T: '1' }", "when: { plan: [b, c], kind: id }, headers: { X-T: '2' }",
        "6:122: the limits 'a' and 'b' can apply together, and both write 'X-T', as '1' and '2'; rename one, or let one limit's 'when' exclude the other's")]
    public void Two_limits_that_apply_together_cannot_set_a_header_differently(string first, string second, params string[] errors) =>
        Assert.Equal(errors, PolicyText.Errors(TwoLimits(first, second)));

    [Theory]
    [InlineData("when: { plan: a }, headers: { X-T: '1' }", "when: { plan: [b, c] }, headers: { X-T: '2' }")]
    [InlineData("when: { endpoint: e }, headers: { X-T: '1' }", "unless: { method: [GET, HEAD] }, headers: { X-T: '2' }")]
    [InlineData("headers: { X-T: '1' }", "headers: { X-T: '1' }")]
    public void Limits_that_exclude_each_other_can_set_a_header_differently(string first, string second) =>
        Assert.Empty(PolicyText.Errors(TwoLimits(first, second)));

    private static string Keyed(string key) => PolicyText.With(
        identity: "{ account: ip, mode: { default: live } }",
        limits: $"- {{ name: a, scope: endpoint, algorithm: fixed-window, permits: 1, window: 1s, key: {key} }}",
        more: "unlisted: shared\n");

    private static string TwoLimits(string first, string second) => PolicyText.With(
        identity: PolicyText.Identity,
        limits: $"- {{ name: a, scope: burst, algorithm: fixed-window, permits: 1, window: 1s, {first} }}\n"
            + $"- {{ name: b, scope: burst, algorithm: fixed-window, permits: 1, window: 1s, {second} }}\n"
            + "- { name: c, scope: account, algorithm: fixed-window, permits: 1, window: 1s }",
        more: PolicyText.Endpoints);
}
