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

function Assert-Sdk {
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

# Builds a target, unless it was built from what is here now and its output is as it was then; see run.sh, which does the same.
function Build-IfChanged([string] $target, [string] $project) {
    $folder = Join-Path $root 'obj/run'
    $null = New-Item -ItemType Directory -Force $folder
    $note = Join-Path $folder "$target.built"
    $lock = Get-Lock (Join-Path $folder 'lock')
    try {
        $inputs = Get-Inputs
        $before = if (Test-Path $note) { Get-Content -Raw $note } else { '' }
        if ($before -cne ($inputs + (Get-Outputs (Split-Path $project)))) {
            Remove-Item -Force -ErrorAction SilentlyContinue $note
            Assert-Sdk
            [Console]::Error.WriteLine("run.ps1: building $project; the first time takes some minutes")
            Build $project
            Set-Content -NoNewline "$note.new" ($inputs + (Get-Outputs (Split-Path $project)))
            Move-Item -Force "$note.new" $note
        }
    }
    finally { $lock.Dispose() }
}

# Waits until no other run.ps1 builds here.
function Get-Lock([string] $file) {
    for ($told = $false; ; Start-Sleep -Milliseconds 100) {
        try { return [IO.File]::Open($file, 'OpenOrCreate', 'ReadWrite', 'None') }
        catch [IO.IOException] {
            if (-not $told) { [Console]::Error.WriteLine('run.ps1: waiting for another run.ps1 that is building') }
            $told = $true
        }
    }
}

# Name, size and time of files below a folder. NTFS keeps times in units of 100 ns, so contents are not compared.
function Get-Files([string] $folder) {
    [IO.DirectoryInfo]::new($folder).EnumerateFiles('*', 'AllDirectories') | ForEach-Object {
        "$($_.FullName.Substring($folder.Length).Replace('\', '/')) $($_.Length) $($_.LastWriteTimeUtc.Ticks)"
    }
}

function Get-Inputs {
    $dotnet = Get-Item (Get-Command dotnet).Source
    $lines = @(Get-Files $root | Where-Object { $_ -notmatch '^/(docs|images)/|/(\.git|bin|obj|out|node_modules|TestResults)/' } | Sort-Object)
    $lines += "$(git -C $root rev-parse HEAD 2> $null)", "$env:NUGET_PACKAGES", "$env:DOTNET_ROOT", "$env:MSBuildSDKsPath"
    $settings = @("$env:APPDATA/NuGet/NuGet.Config")
    for ($folder = Split-Path $root; $folder; $folder = Split-Path $folder) {
        $settings += 'Directory.Build.targets', 'Directory.Build.rsp', 'NuGet.Config' | ForEach-Object { Join-Path $folder $_ }
    }
    $settings = @($settings | Where-Object { Test-Path $_ } | Get-Item) + $dotnet
    $settings += Get-Item (Join-Path $dotnet.Directory 'sdk/*'), (Join-Path $dotnet.Directory 'shared/*/*') -ErrorAction SilentlyContinue
    $lines += $settings | ForEach-Object { "$($_.FullName) $($_.LastWriteTimeUtc.Ticks)" }
    $lines -join "`n"
}

function Get-Outputs([string] $folder) {
    $files = @(Get-Files (Join-Path $root $folder).TrimEnd('/', '\') | Where-Object { $_ -match '/bin/Release/|/obj/project\.assets\.json ' } | Sort-Object)
    $packages = $files | Where-Object { $_ -match '^(.*/obj/project\.assets\.json) ' } | ForEach-Object {
        (Get-Content -Raw (Join-Path $root $folder $Matches[1]) | ConvertFrom-Json -AsHashtable).packageFolders.Keys
    }
    @($files; $packages | Sort-Object -Unique | Where-Object { Test-Path $_ }) -join "`n"
}

if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    Fail 'dotnet is not on the PATH; the .NET SDK 10 or later is needed (https://dot.net/download)'
}
$first = if ($args.Count -gt 0) { $args[0] } else { '' }
$rest = @($args | Select-Object -Skip 1)
switch -CaseSensitive ($first) {
    'test' {
        Build-IfChanged test 'ProcessPool.sln'
        # One project at a time, because tests of time limits would disturb each other.
        dotnet test (Join-Path $root 'ProcessPool.sln') --configuration Release --no-build -m:1 @rest
    }
    'bench' {
        $project = 'bench/ProcessPool.Bench.csproj'
        if (-not (Test-Path (Join-Path $root $project))) { Fail "there is no $project" }
        Build-IfChanged bench $project
        dotnet (Join-Path $root "bench/bin/Release/$framework/ProcessPool.Bench.dll") @rest
    }
    'soak' {
        $project = 'tests/ProcessPool.Soak/ProcessPool.Soak.csproj'
        Build-IfChanged soak $project
        dotnet (Join-Path $root "tests/ProcessPool.Soak/bin/Release/$framework/ProcessPool.Soak.dll") @rest
    }
    default {
        Build-IfChanged command 'Coordinator/ProcessPool.Coordinator.csproj'
        dotnet (Join-Path $root "Coordinator/bin/Release/$framework/ProcessPool.Coordinator.dll") @args
    }
}
exit $LASTEXITCODE
