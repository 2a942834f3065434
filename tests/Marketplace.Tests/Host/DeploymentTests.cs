using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Marketplace.Tests.Host;

/// <summary>What docker-compose.yml, Dockerfile and docs/operations.md promise about the host, as far as reading them can tell.</summary>
public sealed partial class DeploymentTests
{
    private static readonly YamlMappingNode Compose = Yaml("docker-compose.yml");
    private static readonly string[] Dockerfile = File.ReadAllLines(InRoot("Dockerfile"));

    [Fact]
    public void The_host_waits_for_a_healthy_database_and_both_start_again_by_themselves()
    {
        var services = Map(Compose, "services");
        Text(Map(services, "host", "depends_on", "database"), "condition").ShouldBe("service_healthy");
        Map(services, "database").Children.ShouldContainKey("healthcheck");
        foreach (var service in services.Children.Values.Cast<YamlMappingNode>()) Text(service, "restart").ShouldBe("unless-stopped");
    }

    [Fact]
    public void Host_and_database_share_one_name_of_user_and_database_and_a_password_that_must_be_given()
    {
        var database = Map(Compose, "services", "database", "environment");
        var connection = Text(Map(Compose, "services", "host", "environment"), "ConnectionStrings__Marketplace")
            .Split(';').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);

        connection["Host"].ShouldBe("database");
        connection["Database"].ShouldBe(Text(database, "POSTGRES_DB"));
        connection["Username"].ShouldBe(Text(database, "POSTGRES_USER"));
        connection["Password"].ShouldBe(Text(database, "POSTGRES_PASSWORD"));
        connection["Password"].ShouldStartWith("${POSTGRES_PASSWORD:?", customMessage: "a missing secret must stop the start");
        Text(Map(Compose, "services", "host", "environment"), "Marketplace__MasterKey").ShouldStartWith("${MARKETPLACE_MASTER_KEY:?");
    }

    [Fact]
    public void Only_the_host_is_published_on_loopback_and_at_the_port_on_which_it_listens()
    {
        var services = Map(Compose, "services");
        Map(services, "database").Children.ShouldNotContainKey("ports");
        var port = ((YamlSequenceNode)Map(services, "host").Children["ports"]).Single().ToString();
        var listens = Regex.Match(string.Join('\n', Dockerfile), @"ASPNETCORE_HTTP_PORTS=(\d+)").Groups[1].Value;

        port.ShouldStartWith("127.0.0.1:");
        port.ShouldEndWith($":{listens}");
        Dockerfile.ShouldContain($"EXPOSE {listens}");
    }

    [Fact]
    public void What_must_survive_lies_on_declared_volumes()
    {
        var declared = Map(Compose, "volumes").Children.Keys.Select(k => k.ToString()).ToList();
        var mounted = Map(Compose, "services").Children.Values.Cast<YamlMappingNode>()
            .SelectMany(service => (YamlSequenceNode)service.Children["volumes"]).Select(v => v.ToString().Split(':')).ToList();

        mounted.Select(v => v[0]).ShouldBe(declared, ignoreOrder: true);
        mounted.ShouldContain(v => v[1] == "/var/lib/postgresql/data");
        var home = mounted.Single(v => v[0] == "data")[1];
        Dockerfile.ShouldContain($"VOLUME {home}");
        Text(Map(Compose, "services", "host", "environment"), "Marketplace__Blobs").ShouldStartWith(home);
    }

    [Fact]
    public void The_image_runs_the_host_as_nobody_special_and_copies_only_what_is_there()
    {
        Dockerfile.ShouldContain("USER $APP_UID");
        var assembly = Regex.Match(Dockerfile.Single(l => l.StartsWith("ENTRYPOINT", StringComparison.Ordinal)), @"""([^""]+)\.dll""").Groups[1].Value;
        File.Exists(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll")).ShouldBeTrue();

        var ignored = File.ReadAllLines(InRoot(".dockerignore"));
        foreach (var source in Dockerfile.Where(l => l.StartsWith("COPY ", StringComparison.Ordinal) && !l.Contains("--from", StringComparison.Ordinal)).SelectMany(l => l.Split(' ')[1..^1]))
        {
            Path.Exists(InRoot(source)).ShouldBeTrue(source);
            ignored.ShouldNotContain(source);
        }
    }

    [Fact]
    public void Every_setting_of_the_image_and_of_compose_is_one_that_the_host_reads()
    {
        var given = Map(Compose, "services", "host", "environment").Children.Keys.Select(k => k.ToString())
            .Concat(Regex.Matches(string.Join('\n', Dockerfile), @"(\w+__\w+)=").Select(m => m.Groups[1].Value));
        given.Select(name => name.Replace("__", ":", StringComparison.Ordinal)).Except(SettingsRead()).ShouldBeEmpty();
    }

    [Fact]
    public void Every_setting_that_the_source_reads_is_explained_and_none_is_invented()
    {
        var explained = File.ReadLines(InRoot("docs/operations.md")).SelectMany(line => SettingExplained().Matches(line)).Select(m => m.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal)).ToHashSet();
        var read = SettingsRead();
        read.Where(setting => !explained.Any(e => IsOf(e, setting))).ShouldBeEmpty("read by the source, not in docs/operations.md");
        explained.Where(e => !read.Any(setting => IsOf(e, setting))).ShouldBeEmpty("in docs/operations.md, read by nobody");
    }

    private static HashSet<string> SettingsRead() => Directory.EnumerateFiles(InRoot("src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .SelectMany(file => SettingRead().Matches(File.ReadAllText(file)))
        .Select(m => m.Groups[1].Success ? $"ConnectionStrings:{m.Groups[1].Value}" : m.Groups[2].Value).ToHashSet();

    // A setting that is read for each of several names, such as a commission by tier, is explained by one of them.
    private static bool IsOf(string explained, string setting) => explained == setting || explained.StartsWith(setting + ":", StringComparison.Ordinal);

    private static YamlMappingNode Yaml(string file)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(InRoot(file));
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    private static YamlMappingNode Map(YamlMappingNode node, params string[] path) => path.Aggregate(node, (at, key) => (YamlMappingNode)at.Children[key]);

    private static string Text(YamlMappingNode node, string key) => node.Children[key].ToString();

    private static string InRoot(string path) => Path.Combine(TestServer.Root, path);

    [GeneratedRegex(@"GetConnectionString\(""(\w+)""\)|\$?""([A-Z]\w+(?::\w+)+(?=:\{|""))")]
    private static partial Regex SettingRead();

    [GeneratedRegex(@"`([A-Z]\w*__\w+)`")]
    private static partial Regex SettingExplained();
}
