namespace OrleansLimiter.Grains;

/// <summary>The group of one account, endpoint and mode.</summary>
[GrainType("endpoint")]
public sealed class EndpointGrain(IGrainContext context, SiloGroupRegistry silo, HandOvers handOvers)
    : GroupGrain(context, silo, handOvers), IEndpointGrain
{
    internal override Scope Scope => Scope.Endpoint;
}

/// <summary>The group of one account, endpoint and resource: short bursts.</summary>
[GrainType("burst")]
public sealed class BurstGrain(IGrainContext context, SiloGroupRegistry silo, HandOvers handOvers)
    : GroupGrain(context, silo, handOvers), IBurstGrain
{
    internal override Scope Scope => Scope.Burst;
}

/// <summary>The group of one account over all endpoints.</summary>
[GrainType("account")]
public sealed class AccountGrain(IGrainContext context, SiloGroupRegistry silo, HandOvers handOvers)
    : GroupGrain(context, silo, handOvers), IAccountGrain
{
    internal override Scope Scope => Scope.Account;
}
