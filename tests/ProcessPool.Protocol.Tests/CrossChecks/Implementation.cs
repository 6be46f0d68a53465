namespace ProcessPool.Protocol.Tests.CrossChecks;

/// <summary>Another implementation of MessagePack, as a program that reads and writes files.</summary>
internal abstract class Implementation
{
    public static readonly Implementation Python = new InPython();
    public static readonly Implementation JavaScript = new InJavaScript();

    public abstract Description Description { get; }

    /// <summary>Skips the test where it is not installed.</summary>
    public abstract void Require();

    public void Run(string mode, string source, string target)
    {
        var result = Execute([mode, source, target]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    protected abstract ChildResult Execute(string[] arguments);

    private static string Beside(string name) => Path.Combine(AppContext.BaseDirectory, "CrossChecks", name);

    /// <summary>Debian's python3-msgpack.</summary>
    private sealed class InPython : Implementation
    {
        public override Description Description { get; } = new(knowsIntegersFromFloats: true);

        public override void Require() => Coordinator.Tests.Python.Require("msgpack", "python3-msgpack");

        public override string ToString() => "Python";

        protected override ChildResult Execute(string[] arguments) => Child.Run("/usr/bin/python3", [Beside("cross_check.py"), .. arguments]);
    }

    /// <summary>The npm package @msgpack/msgpack, which run.sh installs beside its package.json.</summary>
    private sealed class InJavaScript : Implementation
    {
        private static readonly string Directory = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../CrossChecks"));

        public override Description Description { get; } = new(knowsIntegersFromFloats: false);

        public override void Require()
        {
            var package = Path.Combine(Directory, "node_modules/@msgpack/msgpack");
            if (System.IO.Directory.Exists(package) && Find("node") is not null) return;
            var message = $"node or {package} is missing (`./run.sh test` installs both where it can; by hand: npm ci in {Directory})";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(message);
            Assert.Ignore(message);
        }

        public override string ToString() => "JavaScript";

        protected override ChildResult Execute(string[] arguments) =>
            Child.Run("/usr/bin/env", [$"NODE_PATH={Path.Combine(Directory, "node_modules")}", Find("node")!, Beside("cross_check.cjs"), .. arguments]);

        private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
    }
}
