using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>ASP.NET's data-protection keys in PostgreSQL, sealed: a cookie made by one host is read by all, before and after restarts.</summary>
internal sealed class KeyRing(NpgsqlDataSource source, Secrets secrets) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = source.CreateCommand("SELECT name, sealed_xml FROM kernel.data_protection_keys");
        using var reader = command.ExecuteReader();
        var elements = new List<XElement>();
        while (reader.Read())
            elements.Add(XElement.Parse(Encoding.UTF8.GetString(secrets.Open(Row(reader.GetString(0)), reader.GetFieldValue<byte[]>(1)))));
        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var xml = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        using var command = source.Command(
            "INSERT INTO kernel.data_protection_keys (name, sealed_xml) VALUES ($1, $2)", friendlyName, secrets.Seal(Row(friendlyName), xml));
        command.ExecuteNonQuery();
    }

    private static string Row(string name) => $"kernel.data_protection_keys/{name}";
}
