using System.IO.Compression;
using System.Xml.Linq;

namespace OrleansLimiter.Packages.Tests;

/// <summary>The content of a package.</summary>
public sealed class Package : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly XElement _metadata;

    public Package(string file)
    {
        _archive = ZipFile.OpenRead(file);
        using Stream nuspec = _archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        _metadata = WithoutNamespaces(XDocument.Load(nuspec).Root!).Element("metadata")!;
    }

    /// <summary>The files without those that every package has, in alphabetical order.</summary>
    public IEnumerable<string> Files => _archive.Entries.Select(entry => entry.FullName)
        .Where(name => name is not ("[Content_Types].xml" or "_rels/.rels") && !name.EndsWith(".nuspec", StringComparison.Ordinal)
            && !name.StartsWith("package/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    /// <summary>The dependencies with their versions, in alphabetical order.</summary>
    public IEnumerable<string> Dependencies => _metadata.Descendants("dependency")
        .Select(item => $"{item.Attribute("id")!.Value} {item.Attribute("version")!.Value}")
        .Order(StringComparer.Ordinal);

    /// <summary>The shared frameworks that the package needs.</summary>
    public IEnumerable<string> Frameworks => _metadata.Descendants("frameworkReference").Select(item => item.Attribute("name")!.Value);

    /// <summary>The kind of the package, such as <c>DotnetTool</c>; null for a library.</summary>
    public string? Kind => _metadata.Descendants("packageType").SingleOrDefault()?.Attribute("name")!.Value;

    /// <summary>A value of the nuspec; empty if it is absent.</summary>
    public string this[string name] => _metadata.Element(name)?.Value ?? "";

    /// <summary>The bytes of a file.</summary>
    public byte[] Bytes(string file)
    {
        using Stream content = _archive.GetEntry(file)!.Open();
        var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    public void Dispose() => _archive.Dispose();

    private static XElement WithoutNamespaces(XElement element) => new(
        element.Name.LocalName, element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration),
        element.HasElements ? element.Elements().Select(WithoutNamespaces) : element.Value);
}
