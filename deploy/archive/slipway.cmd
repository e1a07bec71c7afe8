@echo off
rem Starts Slipway from an archive for Windows: slipway run, settings, doctor, reach, reset-password NAME, backup FILE,
rem restore FILE, move --to jdbc:..., import xinnan ..., simulate --devices N.
setlocal
set "HOME_DIR=%~dp0"
set "JAVA=%HOME_DIR%runtime\bin\java.exe"
set "OPTIONS=@options@"
if "%~1"=="" (
  echo slipway run ^| simulate --devices N ^| doctor ^| reset-password NAME ^| reach ^| settings ^| backup FILE ^| restore FILE ^| move --to jdbc:... ^| import xinnan^|joey ...
  exit /b 2
)
if "%~1"=="simulate" (
  for /f "tokens=1,*" %%a in ("%*") do "%JAVA%" -Xmx2g -XX:+UseCompactObjectHeaders -Dstdout.encoding=UTF-8 -jar "%HOME_DIR%app\simulator.jar" %%b
) else (
  "%JAVA%" %OPTIONS% "-Dorg.sqlite.lib.path=%HOME_DIR%app\native" %SLIPWAY_JAVA_OPTS% -jar "%HOME_DIR%app\slipway.jar" %*
)
exit /b %ERRORLEVEL%
