namespace OrleansLimiter.Policies;

/// <summary>
/// A dimension of requests that conditions can use without a declaration in the policy. All code that reads, checks or evaluates
/// conditions uses <see cref="All"/>. The dimensions that a policy declares are its attributes.
/// </summary>
internal abstract class BuiltInDimension(string name)
{
    /// <summary>All built-in dimensions, in the order in which messages list them.</summary>
    public static ImmutableArray<BuiltInDimension> All { get; } =
        [new EndpointDimension(), new OperationDimension(), new MethodDimension(), new KindDimension()];

    /// <summary>The name in conditions and <c>key:</c>.</summary>
    public string Name => name;

    /// <summary>Whether <c>key:</c> can contain it.</summary>
    public virtual bool CanBeKey => true;

    /// <summary>Whether the endpoint and the method of a request determine its value.</summary>
    public virtual bool IsOfRoute => true;

    /// <summary>Returns the built-in dimension of a name; null if there is none.</summary>
    public static BuiltInDimension? Find(string name)
    {
        foreach (BuiltInDimension dimension in All)
        {
            if (dimension.Name == name)
            {
                return dimension;
            }
        }

        return null;
    }

    /// <summary>Whether two requests with different values of a dimension never share a bucket.</summary>
    /// <param name="name">A built-in dimension or an attribute.</param>
    /// <param name="scope">The scope of the limit.</param>
    /// <param name="key">The <c>key:</c> of the limit.</param>
    public static bool AreApart(string name, ScopeDescriptor scope, ImmutableArray<string> key)
    {
        // The dimension of the group separates buckets in the same way as the key of the bucket.
        key = scope.Dimension is { } dimension ? key.Add(dimension) : key;
        return key.Contains(name) || (Find(name)?.AreApart(scope, key) ?? false);
    }

    /// <summary>The values in a policy with these endpoints. The last value represents all requests without a value of their own.</summary>
    public abstract ImmutableArray<string> Values(ImmutableArray<EndpointDefinition> endpoints);

    /// <summary>The change to the policy without which a value cannot occur, as an imperative; null if the value can occur.</summary>
    public virtual string? Missing(string value, ImmutableArray<AccountSource> account) => null;

    /// <summary>The index of a request's value in <see cref="Values"/>, which has <paramref name="count"/> elements.</summary>
    public abstract int IndexIn(in LimitRequest request, int count);

    /// <summary>The value of a request in conditions.</summary>
    public abstract string ValueIn(in LimitRequest request);

    /// <summary>The value of a request in the name of a bucket. It can distinguish requests that are equal in conditions.</summary>
    public virtual string KeyIn(in LimitRequest request) => ValueIn(request);

    /// <summary>Whether <see cref="KeyIn"/> always equals <see cref="ValueIn"/>.</summary>
    public virtual bool IsFixed(PolicyDefinition policy) => true;

    /// <summary>The value of an endpoint and a method, if they determine it.</summary>
    public abstract string ValueOf(string endpoint, string method);

    /// <summary>Whether two requests of one group with different values never share a bucket.</summary>
    protected abstract bool AreApart(ScopeDescriptor scope, ImmutableArray<string> key);

    private sealed class EndpointDimension() : BuiltInDimension(BuiltIn.Endpoint)
    {
        public override ImmutableArray<string> Values(ImmutableArray<EndpointDefinition> endpoints) =>
            [.. endpoints.Select(endpoint => endpoint.Name), BuiltIn.Other];

        public override int IndexIn(in LimitRequest request, int count) =>
            request.Endpoint.Index >= 0 ? request.Endpoint.Index : count - 1;

        public override string ValueIn(in LimitRequest request) =>
            request.Endpoint.Index >= 0 ? request.Endpoint.Name : BuiltIn.Other;

        public override string KeyIn(in LimitRequest request) => request.Endpoint.Name;

        public override bool IsFixed(PolicyDefinition policy) => !policy.HasUnlistedRoutes;

        public override string ValueOf(string endpoint, string method) => endpoint;

        protected override bool AreApart(ScopeDescriptor scope, ImmutableArray<string> key) => scope.HasEndpoint;
    }

    private sealed class OperationDimension() : BuiltInDimension(BuiltIn.Operation)
    {
        public override ImmutableArray<string> Values(ImmutableArray<EndpointDefinition> endpoints) => Operations.All;

        public override int IndexIn(in LimitRequest request, int count) => Operations.IsRead(request.Method) ? 0 : 1;

        public override string ValueIn(in LimitRequest request) => Operations.Of(request.Method);

        public override string ValueOf(string endpoint, string method) => Operations.Of(method);

        protected override bool AreApart(ScopeDescriptor scope, ImmutableArray<string> key) => key.Contains(BuiltIn.Method);
    }

    private sealed class MethodDimension() : BuiltInDimension(BuiltIn.Method)
    {
        public override ImmutableArray<string> Values(ImmutableArray<EndpointDefinition> endpoints) => BuiltIn.Methods;

        public override int IndexIn(in LimitRequest request, int count)
        {
            int index = BuiltIn.Methods.AsSpan().IndexOf(request.Method);
            return index < 0 ? count - 1 : index;
        }

        public override string ValueIn(in LimitRequest request) => BuiltIn.Methods[IndexIn(request, BuiltIn.Methods.Length)];

        public override string ValueOf(string endpoint, string method) => method;

        protected override bool AreApart(ScopeDescriptor scope, ImmutableArray<string> key) => false;
    }

    private sealed class KindDimension() : BuiltInDimension(BuiltIn.Kind)
    {
        private readonly AccountKind[] _kinds =
            [.. AccountKinds.Words.Words.Select(word => AccountKinds.Words.TryGet(word, out var kind) ? kind : default)];

        // Every bucket belongs to one account.
        public override bool CanBeKey => false;

        public override bool IsOfRoute => false;

        public override ImmutableArray<string> Values(ImmutableArray<EndpointDefinition> endpoints) => AccountKinds.Words.Words;

        // A check can contain an account whatever the sources are, so `id` always occurs.
        public override string? Missing(string value, ImmutableArray<AccountSource> account) =>
            value == AccountKinds.Words[AccountKind.Ip] && !account.Contains(AccountSource.Ip)
                ? "add ip to the account's sources"
                : null;

        public override int IndexIn(in LimitRequest request, int count) => Array.IndexOf(_kinds, request.Account.Kind);

        public override string ValueIn(in LimitRequest request) => AccountKinds.Words[request.Account.Kind];

        public override string ValueOf(string endpoint, string method) =>
            throw new NotSupportedException("Endpoint and method do not determine the kind of an account.");

        protected override bool AreApart(ScopeDescriptor scope, ImmutableArray<string> key) => true;
    }
}
