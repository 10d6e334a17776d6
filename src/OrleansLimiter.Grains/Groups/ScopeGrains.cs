namespace OrleansLimiter.Grains;

/// <summary>The group of one account, endpoint and mode.</summary>
[GrainType("endpoint")]
public sealed class EndpointGrain(IGrainContext context, SiloGroupRegistry silo) : GroupGrain(context, silo), IEndpointGrain
{
    internal override Scope Scope => Scope.Endpoint;
}

/// <summary>The group of one account, endpoint and resource: short bursts.</summary>
[GrainType("burst")]
public sealed class BurstGrain(IGrainContext context, SiloGroupRegistry silo) : GroupGrain(context, silo), IBurstGrain
{
    internal override Scope Scope => Scope.Burst;
}

/// <summary>The group of one account over all endpoints.</summary>
[GrainType("account")]
public sealed class AccountGrain(IGrainContext context, SiloGroupRegistry silo) : GroupGrain(context, silo), IAccountGrain
{
    internal override Scope Scope => Scope.Account;
}
