#!/usr/bin/env pwsh
#Requires -Version 7
# The counterpart of run.sh for Windows and PowerShell 7. It has not been run anywhere yet.
#   ./run.ps1              the three examples (images, read, fill) in worker processes, each compared with the plain loop
#   ./run.ps1 test [...]   all tests; further arguments go to `dotnet test`
#   ./run.ps1 bench [...]  benchmarks, side by side with Python
#   ./run.ps1 soak [...]   calls of all kinds at once, for a minute, while workers are killed; Linux only
#   ./run.ps1 COMMAND ...  images, read, fill or doctor; see ./run.ps1 --help
# No param block, so that $args holds all arguments unchanged, options included.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false
$root = $PSScriptRoot
$framework = 'net10.0'
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'

function Fail([string] $message) {
    [Console]::Error.WriteLine("run.ps1: $message")
    exit 2
}

function Assert-Dotnet {
    if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
        Fail 'dotnet is not on the PATH; the .NET SDK 10 or later is needed (https://dot.net/download)'
    }
    # Run in the repository, because a global.json in the current directory would apply otherwise.
    Push-Location $root
    try { $version = dotnet --version 2> $null; $found = $LASTEXITCODE -eq 0 } finally { Pop-Location }
    if (-not $found) { Fail 'the .NET SDK 10 or later is needed; dotnet --list-sdks shows what is installed' }
    if ([int] ("$version".Split('.')[0]) -lt 10) { Fail "the .NET SDK 10 or later is needed; this is $version" }
}

# Builds a project or solution. Shows the output only if the build fails.
function Build([string] $project) {
    Push-Location $root
    try { $log = dotnet build $project --configuration Release --verbosity quiet 2>&1; $built = $LASTEXITCODE -eq 0 }
    finally { Pop-Location }
    if (-not $built) {
        $log | ForEach-Object { [Console]::Error.WriteLine($_) }
        Fail "building $project failed"
    }
}

Assert-Dotnet
$first = if ($args.Count -gt 0) { $args[0] } else { '' }
$rest = @($args | Select-Object -Skip 1)
switch -CaseSensitive ($first) {
    'test' {
        Build 'ProcessPool.sln'
        # One project at a time, because tests of time limits would disturb each other.
        dotnet test (Join-Path $root 'ProcessPool.sln') --configuration Release --no-build -m:1 @rest
    }
    'bench' {
        $project = 'bench/ProcessPool.Bench.csproj'
        if (-not (Test-Path (Join-Path $root $project))) { Fail "there is no $project" }
        Build $project
        dotnet (Join-Path $root "bench/bin/Release/$framework/ProcessPool.Bench.dll") @rest
    }
    'soak' {
        $project = 'tests/ProcessPool.Soak/ProcessPool.Soak.csproj'
        Build $project
        dotnet (Join-Path $root "tests/ProcessPool.Soak/bin/Release/$framework/ProcessPool.Soak.dll") @rest
    }
    default {
        Build 'Coordinator/ProcessPool.Coordinator.csproj'
        dotnet (Join-Path $root "Coordinator/bin/Release/$framework/ProcessPool.Coordinator.dll") @args
    }
}
exit $LASTEXITCODE
