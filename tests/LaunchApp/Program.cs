using LaunchApp.Probe;

// How often Main ran is what tells an application that starts workers from one that starts itself.
if (Environment.GetEnvironmentVariable("LAUNCHAPP_STARTS") is { } starts)
    File.WriteAllText(Path.Combine(starts, $"{Environment.ProcessId}"), "");
if (Environment.GetEnvironmentVariable("LAUNCHAPP_RUN_IF_WORKER") is not null && Worker.TryBecome(args)) return;
await Report.PrintAsync();
