#!/usr/bin/env pwsh
#Requires -Version 7
# The counterpart of run.sh for Windows and PowerShell 7. It has been run on Linux only.
#   ./run.ps1              the three examples (images, read, fill) in worker processes, each compared with the plain loop
#   ./run.ps1 test [...]   all tests; further arguments go to `dotnet test`
#   ./run.ps1 bench [...]  benchmarks, side by side with Python
#   ./run.ps1 soak [...]   calls of all kinds at once, for a minute, while workers are killed; Linux only
#   ./run.ps1 COMMAND ...  images, read, fill or doctor; see ./run.ps1 --help
# No param block, so that $args holds all arguments unchanged, options included.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false
$root = $PSScriptRoot
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'

$command = 'Coordinator/ProcessPool.Coordinator.csproj'
# A file beside a program that could not be compiled ahead of time.
$plain = 'not-compiled-ahead-of-time'

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

# The folder in which run.ps1 builds a program. It holds all that the program needs.
function Get-Folder([string] $project) { "obj/run/$(Split-Path -LeafBase $project)" }

# Builds the solution, or a program that is compiled ahead of time. Shows the output only if the build fails.
function Build([string] $project) {
    if ($project.EndsWith('.sln')) {
        Assert-Built $project (Invoke-Dotnet build $project)
        return
    }
    $log = Publish $project --use-current-runtime '-p:PublishReadyToRun=true'
    if ($script:built) { return }
    $reason = $log | Select-String ' error (.*)' | Select-Object -First 1 | ForEach-Object { $_.Matches.Groups[1].Value }
    # Works where there is no compiler for ahead of time. If that was not the reason, it fails as well, and tells.
    Assert-Built $project (Publish $project)
    [Console]::Error.WriteLine("run.ps1: $project could not be compiled ahead of time, so it starts more slowly: $($reason ?? 'for an unknown reason')")
    $null = New-Item (Join-Path $root (Get-Folder $project) $plain)
}

# The folder is made anew, so that none is left of an earlier build.
function Publish([string] $project) {
    $folder = Get-Folder $project
    if (Test-Path (Join-Path $root $folder)) { Remove-Item -Recurse -Force (Join-Path $root $folder) }
    Invoke-Dotnet publish $project --artifacts-path obj/run --output $folder @args
}

# Runs dotnet in the repository. Returns its output, and sets $built.
function Invoke-Dotnet {
    Push-Location $root
    try { dotnet @args --configuration Release --verbosity quiet 2>&1; $script:built = $LASTEXITCODE -eq 0 }
    finally { Pop-Location }
}

function Assert-Built([string] $project, $log) {
    if ($script:built) { return }
    $log | ForEach-Object { [Console]::Error.WriteLine($_) }
    Fail "building $project failed"
}

# Builds a program or the solution, unless it was built from what is here now and its output is as it was then; see run.sh, which
# does the same.
function Build-IfChanged([string] $project) {
    $folder = Join-Path $root 'obj/run'
    $null = New-Item -ItemType Directory -Force $folder
    $note = Join-Path $folder "$(Split-Path -Leaf $project).built"
    $lock = Get-Lock (Join-Path $folder 'lock')
    try {
        $inputs = Get-Inputs
        $before = if (Test-Path $note) { Get-Content -Raw $note } else { '' }
        if ($before -cne ($inputs + (Get-Outputs $project))) {
            Remove-Item -Force -ErrorAction SilentlyContinue $note
            Assert-Sdk
            [Console]::Error.WriteLine("run.ps1: building $project; the first time it fetches packages and takes some minutes")
            Build $project
            [IO.File]::WriteAllText("$note.new", $inputs + (Get-Outputs $project))
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

# What a build has made; for the solution also whether the packages are there that the tests need.
function Get-Outputs([string] $project) {
    if ($project.EndsWith('.sln')) {
        $files = @(Get-Files $root | Where-Object { $_ -match '/bin/Release/|/obj/project\.assets\.json ' } | Sort-Object)
        $packages = $files | Where-Object { $_ -match '^(.*/obj/project\.assets\.json) ' } | ForEach-Object {
            (Get-Content -Raw (Join-Path $root $Matches[1]) | ConvertFrom-Json -AsHashtable).packageFolders.Keys
        }
        return @($files; $packages | Sort-Object -Unique | Where-Object { Test-Path $_ }) -join "`n"
    }
    $folder = Join-Path $root (Get-Folder $project)
    if (-not (Test-Path $folder)) { return '' }
    $lines = @(Get-Files $folder | Sort-Object)
    # Without the compiler a build is good for today.
    if (Test-Path (Join-Path $folder $plain)) { $lines += Get-Date -Format yyyy-MM-dd }
    $lines -join "`n"
}

function Run([string] $project) {
    Build-IfChanged $project
    dotnet (Join-Path $root (Get-Folder $project) "$(Split-Path -LeafBase $project).dll") @args
}

if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    Fail 'dotnet is not on the PATH; the .NET SDK 10 or later is needed (https://dot.net/download)'
}
$first = if ($args.Count -gt 0) { $args[0] } else { '' }
$rest = @($args | Select-Object -Skip 1)
switch -CaseSensitive ($first) {
    'test' {
        Build-IfChanged 'ProcessPool.sln'
        # One project at a time, because tests of time limits would disturb each other.
        dotnet test (Join-Path $root 'ProcessPool.sln') --configuration Release --no-build -m:1 @rest
    }
    'bench' {
        Build-IfChanged $command
        Run 'bench/ProcessPool.Bench.csproj' @rest
    }
    'soak' { Run 'tests/ProcessPool.Soak/ProcessPool.Soak.csproj' @rest }
    default { Run $command @args }
}
exit $LASTEXITCODE
