; Inno Setup 6: one installer for one user, without administrator rights.
; Rendered by packaging/frozen/windows.py, which fills the names between at signs, and compiled by ISCC.exe.

[Setup]
AppId={{7B0E4B1C-5D5C-4E0B-9D57-6C1B0C2F7A11}
AppName=LNL
AppVersion=@VERSION@
AppVerName=LNL @VERSION@
AppPublisher=LNL developers
VersionInfoVersion=@VERSION@
DefaultDirName={autopf}\LNL
DefaultGroupName=LNL
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
DisableProgramGroupPage=yes
LicenseFile=@ROOT@\LICENSE
SetupIconFile=@ICON@
UninstallDisplayIcon={app}\LNL.exe
OutputDir=@DIST@
OutputBaseFilename=LNL-@VERSION@-windows-x86_64
Compression=lzma2/max
SolidCompression=yes
LZMANumBlockThreads=4
ChangesAssociations=yes
ChangesEnvironment=yes
CloseApplications=yes
RestartApplications=no
WizardStyle=modern
#ifdef SIGN
SignTool=lnl
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
en.Project=LNL project
de.Project=LNL-Projekt
en.Pack=LNL review pack
de.Pack=LNL-Prüfpaket
en.OpenFolder=Open with LNL
de.OpenFolder=Mit LNL öffnen
en.AddToPath=Command line: put lnl-gui on the search path
de.AddToPath=Kommandozeile: lnl-gui in den Suchpfad aufnehmen
en.DesktopIcon=Icon on the desktop
en.DeleteSettings=Delete settings, caches and logs too? Projects and images stay.
de.DeleteSettings=Auch Einstellungen, Zwischenspeicher und Protokolle löschen? Projekte und Bilder bleiben.
de.DesktopIcon=Symbol auf dem Desktop

[Tasks]
Name: "desktopicon"; Description: "{cm:DesktopIcon}"; Flags: unchecked
Name: "path"; Description: "{cm:AddToPath}"; Flags: unchecked

[Files]
Source: "@SOURCE@\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[InstallDelete]
; Modules of an earlier version must not be found beside the new ones.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{group}\LNL"; Filename: "{app}\LNL.exe"; AppUserModelID: "LNL.LNL"
Name: "{userdesktop}\LNL"; Filename: "{app}\LNL.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.lnlpack"; ValueType: string; ValueName: ""; ValueData: "LNL.Pack"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\LNL.Pack"; ValueType: string; ValueName: ""; ValueData: "{cm:Pack}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\LNL.Pack\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\LNL.exe,0"
Root: HKA; Subkey: "Software\Classes\LNL.Pack\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\LNL.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.lnl"; ValueType: string; ValueName: ""; ValueData: "LNL.Project"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\LNL.Project"; ValueType: string; ValueName: ""; ValueData: "{cm:Project}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\LNL.Project\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\LNL.exe,0"
Root: HKA; Subkey: "Software\Classes\LNL.Project\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\LNL.exe"" ""%1"""
; A project is a folder, to which Windows associates no suffix: a folder's menu has the entry.
Root: HKA; Subkey: "Software\Classes\Directory\shell\LNL"; ValueType: string; ValueName: ""; ValueData: "{cm:OpenFolder}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Directory\shell\LNL"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\LNL.exe,0"
Root: HKA; Subkey: "Software\Classes\Directory\shell\LNL\command"; ValueType: string; ValueName: ""; ValueData: """{app}\LNL.exe"" ""%1"""
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: NeedsPath('{app}')

[Run]
Filename: "{app}\LNL.exe"; Description: "{cm:LaunchProgram,LNL}"; Flags: nowait postinstall skipifsilent

[Code]
function NeedsPath(Folder: string): Boolean;
var
  Present: string;
begin
  if not RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Present) then
    Present := '';
  Result := Pos(';' + Uppercase(ExpandConstant(Folder)) + ';', ';' + Uppercase(Present) + ';') = 0;
end;

procedure DeleteSettings;
var
  Code: Integer;
begin
  // Nobody is asked where nobody looks, and then nothing is deleted.
  if UninstallSilent then
    Exit;
  if MsgBox(CustomMessage('DeleteSettings'), mbConfirmation, MB_YESNO or MB_DEFBUTTON2) = IDYES then
    Exec(ExpandConstant('{app}\lnl-gui.exe'), 'uninstall --yes', '', SW_HIDE, ewWaitUntilTerminated, Code);
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Present, Own: string;
begin
  // While the program is still there to do it.
  if Step = usUninstall then
    DeleteSettings;
  if Step <> usPostUninstall then
    Exit;
  if not RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Present) then
    Exit;
  Own := ';' + ExpandConstant('{app}');
  if StringChangeEx(Present, Own, '', True) > 0 then
    RegWriteExpandStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Present);
end;
