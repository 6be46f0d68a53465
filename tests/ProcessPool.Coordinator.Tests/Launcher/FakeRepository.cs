namespace ProcessPool.Coordinator.Tests.Launcher;

/// <summary>
/// A small repository with the real run.sh, and a <c>dotnet</c> that notes its calls. Its build writes what the sources say into the
/// output, and running the output prints that. So a test sees what a program was built from.
/// </summary>
internal sealed class FakeRepository : IDisposable
{
    private const string Dotnet = """
        #!/bin/bash
        here=$(dirname "$(dirname "$(readlink -f "$0")")")
        echo "$*" >> "$here/calls"
        case $1 in
            --version)
                echo 10.0.100 ;;
            build|publish)
                [[ ! -e $here/fails ]] || { echo "$2: error CS1002: it does not build"; exit 1; }
                [[ ! -e $here/no-compiler || $* != *PublishReadyToRun=true* ]] || { echo "$2 : error NU1101: no compiler [$2]"; exit 1; }
                mkdir -p "$here/packages"
                program=$(basename "$2" .csproj).dll
                if [[ $1 == build ]]; then
                    folder=Coordinator/bin/Release/net10.0 program=ProcessPool.Coordinator.dll
                    mkdir -p Coordinator/obj
                    printf '{\n  "packageFolders": {\n    "%s/packages/": {}\n  },\n}\n' "$here" > Coordinator/obj/project.assets.json
                else
                    while [[ $1 != --output ]]; do shift; done
                    folder=$2
                fi
                mkdir -p "$folder"
                sources=$(find . -name '*.cs' -not -path './tests/*' | LC_ALL=C sort | while read -r source; do printf '%s ' "$(cat "$source")"; done)
                # A half-written output is there for a moment, and a build takes a moment after it has read the sources.
                echo half > "$folder/$program"
                [[ ! -e $here/waits ]] || { touch "$here/reached"; while [[ -e $here/waits ]]; do sleep 0.01; done; }
                echo "$sources" > "$folder/$program" ;;
            test)
                cat "$(dirname "$2")/Coordinator/bin/Release/net10.0/ProcessPool.Coordinator.dll"; shift; echo "arguments: $*" ;;
            *.dll)
                cat "$1"; shift; echo "arguments: $*" ;;
        esac
        """;

    private readonly TemporaryDirectory _directory = new();

    public FakeRepository()
    {
        System.IO.File.Copy(SourceOf("run.sh"), Write("repository/run.sh", ""), overwrite: true);
        Write("repository/global.json", "{}");
        Write("repository/Directory.Build.props", "<Project />");
        Write("repository/Coordinator/ProcessPool.Coordinator.csproj", "<Project />");
        Write("repository/Coordinator/Program.cs", "program");
        Write("repository/Shared/Frame.cs", "frame");
        Write("repository/bench/ProcessPool.Bench.csproj", "<Project />");
        Write("repository/tests/ProcessPool.Soak/ProcessPool.Soak.csproj", "<Project />");
        // As if npm had installed what the tests need.
        Write("repository/tests/ProcessPool.Protocol.Tests/CrossChecks/package-lock.json", "");
        Write("repository/tests/ProcessPool.Protocol.Tests/CrossChecks/node_modules/installed-lock.json", "");
        Write("sdk/sdk/10.0.100/dotnet.dll", "");
        Directory.CreateDirectory(PathOf("packages"));
        Directory.CreateDirectory(PathOf("path"));
        Executable(Write("sdk/dotnet", Dotnet));
        System.IO.File.CreateSymbolicLink(PathOf("path/dotnet"), PathOf("sdk/dotnet"));
        Executable(Write("path/apt-get", "#!/bin/bash\n"));
    }

    /// <summary>The PATH behind the folder of dotnet.</summary>
    public string SystemPath { get; set; } = "/usr/bin:/bin";

    /// <summary>Where run.sh is started.</summary>
    public string WorkingDirectory { get; set; } = "/";

    /// <summary>How often something was built, or was tried to be.</summary>
    public int Builds => Calls.Count(call => call.StartsWith("build ", StringComparison.Ordinal) || call.StartsWith("publish ", StringComparison.Ordinal));

    /// <summary>The command lines of dotnet.</summary>
    public string[] Calls => System.IO.File.Exists(PathOf("calls")) ? System.IO.File.ReadAllLines(PathOf("calls")) : [];

    public string PathOf(string name) => _directory.File(name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        System.IO.File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>Runs run.sh to its end.</summary>
    public ChildResult Run(params string[] arguments)
    {
        using Child child = Start(arguments);
        return child.Finish();
    }

    /// <summary>Runs run.sh successfully, and returns what the program that it has run was built from.</summary>
    public string RunAndSee(params string[] arguments)
    {
        ChildResult result = Run(arguments);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result.Output.Split('\n')[0].Trim();
    }

    /// <summary>Starts run.sh in a process group of its own, as a shell does.</summary>
    public Child Start(params string[] arguments) => new("setsid", ["/bin/bash", PathOf("repository/run.sh"), .. arguments], WorkingDirectory, new()
    {
        ["PATH"] = $"{PathOf("path")}:{SystemPath}",
        ["HOME"] = PathOf("home"),
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
    });

    /// <summary>Runs git in the repository.</summary>
    public void Git(params string[] arguments)
    {
        ChildResult result = Child.Run(
            "git", ["-c", "user.name=a", "-c", "user.email=a@b", .. arguments], PathOf("repository"), new() { ["GIT_CONFIG_GLOBAL"] = "/dev/null" });
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    public void Dispose() => _directory.Dispose();

    public static void Executable(string file)
    {
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string SourceOf(string name)
    {
        string directory = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(directory, name)))
            directory = Path.GetDirectoryName(directory) ?? throw new FileNotFoundException(name);
        return Path.Combine(directory, name);
    }
}
