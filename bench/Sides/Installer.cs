namespace ProcessPool.Bench;

/// <summary>Installs what is measured beside this library, if that was asked for. What fails is said, and its cells stay empty.</summary>
internal static class Installer
{
    private static readonly string[] DebianPackages =
        ["python3-numpy", "python3-opencv", "python3-joblib", "python3-pebble", "libgtk-3-0"];

    public static async Task PrepareAsync(BenchOptions options)
    {
        if (options.InstallsPeers)
        {
            // Node.js may be there from elsewhere, and Debian's packages cannot be installed beside it.
            string[] programs = [.. IsOnPath("node") ? [] : (string[])["nodejs"], .. IsOnPath("npm") ? [] : (string[])["npm"]];
            await TryAsync("apt-get", "update");
            await TryAsync("apt-get", ["install", "--yes", "--no-install-recommends", .. DebianPackages, .. programs]);
            await TryAsync("npm", "ci", "--prefix", Repository.BenchFile("node"), "--ignore-scripts", "--no-audit", "--no-fund");
        }

        // Built again after each change of the library, once it was installed.
        if (!options.InstallsPeers && (options.IsQuick || !OpenCvProgram.IsWanted)) return;
        Console.Error.WriteLine("building bench/OpenCv");
        await TryAsync(OpenCvProgram.BuildAsync);
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(directory => File.Exists(Path.Combine(directory, program)));

    private static Task TryAsync(string program, params string[] args)
    {
        Console.Error.WriteLine($"{program} {string.Join(' ', args)}");
        var quiet = new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" };
        return TryAsync(() => ChildProgram.RunAsync(program, args, quiet));
    }

    private static async Task TryAsync(Func<Task> install)
    {
        try
        {
            await install();
        }
        catch (ChildProgramException e)
        {
            Console.Error.WriteLine(e.Message);
        }
    }
}
