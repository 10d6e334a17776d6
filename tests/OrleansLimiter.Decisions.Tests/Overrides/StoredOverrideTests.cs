namespace OrleansLimiter.Decisions.Tests;

public class StoredOverrideTests
{
    [Fact]
    public void Every_property_of_an_override_is_stored()
    {
        foreach ((string property, Override changed) in AnyOverride.Changes)
        {
            Override stored = StoredOverride.Of(changed).ToOverride();

            Assert.True(Conditions.Same(changed.When, stored.When), property);
            Assert.Equal(changed, stored with { When = changed.When });
        }
    }
}
