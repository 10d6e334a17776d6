using Microsoft.Extensions.Primitives;

namespace OrleansLimiter.AspNetCore;

/// <summary>Reads the values of a request that policies read from headers: bound values, and the headers.</summary>
internal readonly struct RequestValues(HttpContext context, IdentityBindings bindings) : IHeaderReader
{
    public HeaderPresence Find(string name, out string? value)
    {
        if (!bindings.IsEmpty && bindings.TryGet(name, out IdentityBinding? binding))
        {
            return binding.Find(context, out value);
        }

        value = null;
        if (!context.Request.Headers.TryGetValue(name, out StringValues values) || values.Count == 0)
        {
            return HeaderPresence.Absent;
        }

        if (values.Count > 1)
        {
            return HeaderPresence.Repeated;
        }

        value = values[0] ?? "";
        return HeaderPresence.Once;
    }
}
